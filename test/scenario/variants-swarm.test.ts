import { rigForCli } from '../support/rig.ts'
import { testVariants } from './variants.ts'

await testVariants('swarm', { env: rigForCli, atOnce: 4 })

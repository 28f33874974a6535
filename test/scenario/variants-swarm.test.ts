// time limit: 1200 s, because every broken recipe is a whole run on a Swarm, some with a control run
import { rigForCli } from '../support/rig.ts'
import { testVariants } from './variants.ts'

await testVariants('swarm', { env: rigForCli, atOnce: 3 })

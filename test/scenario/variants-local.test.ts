// time limit: 600 s, because every broken recipe is a whole run, some with a control run
import { testVariants } from './variants.ts'

await testVariants('local', { env: async () => ({}), atOnce: 5 })

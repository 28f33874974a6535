import { testVariants } from './variants.ts'

await testVariants('local', async () => ({}))

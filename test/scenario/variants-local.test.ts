import { testVariants } from './variants.ts'

await testVariants('local', { env: async () => ({}), atOnce: 5 })

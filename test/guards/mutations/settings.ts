import type { Mutation } from '../mutation.ts'

const test = { file: 'src/settings/load.test.ts', pattern: 'T56:' }

export const mutations: Mutation[] = [
  { trap: 'T56', file: 'src/settings/definition.ts', find: 'export const settingsDefinition = z.strictObject({', replace: 'export const settingsDefinition = z.object({', test },
  { trap: 'T56', file: 'src/settings/load.ts', find: '|| !(key in settingsDefinition.shape)', replace: '', test },
  { trap: 'T56', file: 'src/settings/load.ts', find: ".filter((own) => own in env)", replace: '.filter(() => false)', test },
  { trap: 'T28', file: 'src/settings/load.ts', find: 'above.domain === domain', replace: 'above.domain === name', test: { file: 'src/settings/load.test.ts', pattern: 'T28:' } },
]

import type { Mutation } from '../mutation.ts'

const searchPath = 'src/adapters/process/search-path.ts'
const processes = 'test/contract/process/process.test.ts'
const places = 'test/system/places.test.ts'
const kept = 'test/system/kept.test.ts'
const entryPaths = 'test/system/entry-paths.test.ts'

export const mutations: Mutation[] = [
  { trap: 'T29', file: 'src/workflows/run/clean.ts', find: 'if (!given.only && isKept(summary)) {', replace: "if (given.only === '' && isKept(summary)) {", test: { file: kept, pattern: 'T29: what a person' } },
  { trap: 'T39', file: 'src/cli/places.ts', find: 'if (trouble !== undefined) throw', replace: "if (trouble === '') throw", test: { file: places, pattern: 'T39: every other command' } },
  { trap: 'T39', file: 'src/cli/run/execute.ts', find: 'if (!(error instanceof InfraError)) throw error', replace: 'throw error', test: { file: places, pattern: 'T39: a copy' } },
  { trap: 'T40', file: searchPath, find: ".filter((folder) => folder.startsWith('/'))", replace: '', test: { file: processes, pattern: 'T40: an entry of PATH' } },
  { trap: 'T40', file: searchPath, find: '[...given, ...USUAL]', replace: 'given', test: { file: processes, pattern: 'T40: programs are looked for' } },
  { trap: 'T40', file: searchPath, find: ".filter((folder) => folder.startsWith('/'))", replace: '', test: { file: entryPaths, pattern: 'T40: packed' } },
  { trap: 'T40', file: 'cc-ci', find: '  export NODE_COMPILE_CACHE=', replace: '  PATH=$root/node_modules/.bin:$PATH\n  export NODE_COMPILE_CACHE=', test: { file: entryPaths, pattern: 'T40: what a child gets' } },
  { trap: 'T41', file: 'src/wiring/io.ts', find: 'trouble ??= error.message', replace: 'trouble = undefined', test: { file: 'test/system/cli.test.ts', pattern: 'T41:' } },
]

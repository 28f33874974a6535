import type { Mutation } from '../mutation.ts'

export const mutations: Mutation[] = [
  { trap: 'T29', file: 'src/adapters/lock/sqlite/locks.ts', find: 'MEMORY; BEGIN EXCLUSIVE', replace: 'MEMORY; BEGIN DEFERRED', test: { file: 'test/contract/locks/locks.test.ts', pattern: 'T29:' } },
  { trap: 'T11', file: 'src/adapters/probe/node/probes.ts', find: 'port: request.connect.port,', replace: 'port: Number(new URL(process.env.HTTP_PROXY ?? "http://x:80").port) || request.connect.port,', test: { file: 'test/contract/probe/probes.test.ts', pattern: 'T11:' } },
  { trap: 'T47', file: 'src/adapters/probe/node/probes.ts', find: "return Promise.resolve({ kind: 'not-sent', says", replace: "throw error\n    return Promise.resolve({ kind: 'not-sent', says", test: { file: 'test/contract/probe/probes.test.ts', pattern: 'T47:' } },
  { trap: 'T28', file: 'src/adapters/source/git/git.ts', find: 'const unborn = temporaryName(repository)', replace: 'const unborn = repository', test: { file: 'test/contract/source/git.test.ts', pattern: 'T28:' } },
  { trap: 'T64', file: 'src/adapters/source/git/sources.ts', find: 'if (outside.length > 0) {', replace: 'if (outside.length > 99) {', test: { file: 'test/contract/source/git.test.ts', pattern: 'T64:' } },
  { trap: 'T13', file: 'src/workflows/host/alone.ts', find: "if ('heldBy' in held) return held", replace: "if ('heldBy' in held) return await carryOut(await steps(), onChange, signal)", test: { file: 'test/host/install.test.ts', pattern: 'T13:' } },
  { trap: 'T20', file: 'src/workflows/host/install.ts', find: 'return missing === undefined ? undefined', replace: 'return missing !== "none" ? undefined', test: { file: 'test/host/install.test.ts', pattern: 'T20:' } },
  { trap: 'T20', file: 'src/adapters/program/package/program.ts', find: 'if (there?.size !== size) return', replace: 'if (there === undefined) return', test: { file: 'test/contract/program/program.test.ts', pattern: 'T20:' } },
]

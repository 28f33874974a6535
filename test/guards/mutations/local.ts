import type { Mutation } from '../mutation.ts'

const local = 'src/adapters/engine/local'
const contract = 'test/contract/engine/local.test.ts'
const own = 'test/contract/engine-local/engine.test.ts'
const processes = 'test/contract/process/process.test.ts'

export const mutations: Mutation[] = [
  { trap: 'T4', file: `${local}/task.ts`, find: 'return isOurs === false ?', replace: 'return isOurs === undefined ?', test: { file: own, pattern: 'T4:' } },
  { trap: 'T9', file: `${local}/resolve.ts`, find: 'canonical({ ...rest, restart', replace: 'canonical({ restart', test: { file: contract, pattern: 'T9:' } },
  { trap: 'T11', file: 'src/adapters/process/node.ts', find: "['PATH', 'HOME',", replace: "['HTTP_PROXY', 'PATH', 'HOME',", test: { file: processes, pattern: 'T11:' } },
  { trap: 'T14', file: `${local}/health.ts`, find: 'AbortSignal.any([given.signal, deadline.signal])', replace: 'given.signal', test: { file: own, pattern: 'T14: a health check' } },
  { trap: 'T19', file: `${local}/remove.ts`, find: "stopAll(data === 'doomed' ? 'kill' : 'ask')", replace: "stopAll('kill')", test: { file: contract, pattern: 'T19:' } },
  { trap: 'T22', file: `${local}/task.ts`, find: "enter('rejected')", replace: "enter('failed')", test: { file: contract, pattern: 'T22:' } },
  { trap: 'T29', file: `${local}/found.ts`, find: '(await table.startOf(pid)) !== started)', replace: '(await table.startOf(pid)) === undefined)', test: { file: own, pattern: 'T29: a process whose number' } },
  { trap: 'T29', file: `${local}/record.ts`, find: 'if (theirs !== stateId) throw', replace: 'if (theirs === "") throw', test: { file: own, pattern: 'T29: another installation' } },
  { trap: 'T29', file: `${local}/process-table.ts`, find: 'if (mark(MARKS.state) !== stateId) return undefined', replace: 'return undefined', test: { file: own, pattern: 'T29: a process without any record' } },
  { trap: 'T29', file: 'src/adapters/process/node.ts', find: 'if (gone) return false', replace: '', test: { file: processes, pattern: 'T29: once a child is over' } },
  { trap: 'T31', file: `${local}/running-app.ts`, find: 'for (const plan of plans) applyOne(plan)', replace: 'services.clear(); for (const plan of plans) applyOne(plan)', test: { file: contract, pattern: 'T31:' } },
  { trap: 'T40', file: `${local}/children.ts`, find: '[dirname(parts.nodePath), base.PATH]', replace: '[base.PATH]', test: { file: own, pattern: 'T40:' } },
  { trap: 'T41', file: 'src/adapters/process/node.ts', find: 'return { exitCode, signal, stdout: stdout.text()', replace: 'return { exitCode: 0, signal, stdout: stdout.text()', test: { file: processes, pattern: 'T41:' } },
  { trap: 'T41', file: 'src/adapters/process/node.ts', find: "gone = (error as NodeJS.ErrnoException).code === 'ESRCH' || signal === 0", replace: 'gone = true', test: { file: processes, pattern: 'T41: a group that we may not ask' } },
  { trap: 'T41', file: `${local}/exec.ts`, find: 'return { exitCode: exitCode ?? 128', replace: 'return { exitCode: 0 ?? 128', test: { file: contract, pattern: 'T41: a command that fails' } },
  { trap: 'T41', file: `${local}/exec.ts`, find: 'if (run.signal?.aborted) throw gaveUp()\n  return {', replace: 'return {', test: { file: contract, pattern: 'T41: an abort ends it soon' } },
  { trap: 'T41', file: `${local}/job.ts`, find: 'return await runToEnd(parts, app, {', replace: 'return { exitCode: 0, stdout: "", stderr: "", timedOut: false, ms: 1 }; await runToEnd(parts, app, {', test: { file: contract, pattern: 'T41: a job gives' } },
  { trap: 'T56', file: 'src/domain/recipe/local-program.ts', find: 'if (unknown.length > 0) {', replace: 'if (unknown.length > 9) {', test: { file: 'test/contract/engine-local/words.test.ts', pattern: 'T56:' } },
  { trap: 'T64', file: `${local}/recipe-file.ts`, find: 'if (!real.startsWith(root + sep)) throw', replace: 'if (real === "") throw', test: { file: own, pattern: 'T64: neither a config' } },
  { trap: 'T64', file: `${local}/program-hash.ts`, find: 'if (real !== root && !real.startsWith(root + sep)) throw', replace: 'if (real === "") throw', test: { file: own, pattern: 'T64: neither a config' } },
  { trap: 'T64', file: `${local}/task-files.ts`, find: 'if (real !== root && !real.startsWith(root + sep)) throw', replace: 'if (real === "") throw', test: { file: own, pattern: 'T64: a link in a volume' } },
  { trap: 'T66', file: `${local}/secrets.ts`, find: 'if (known) return known.equals(bytes)', replace: 'if (known) return true', test: { file: contract, pattern: 'T66:' } },
]

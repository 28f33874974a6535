import type { Mutation } from '../mutation.ts'

const plan = 'src/domain/plan'
const workflow = 'src/workflows/reconcile'
const scripted = 'test/scenario/reconcile-scripted.test.ts'
const faults = 'test/scenario/reconcile-faults.test.ts'

/** Guards on the way of a platform app: its gate, its records, the way back. */
export const mutations: Mutation[] = [
  { trap: 'T3', file: `${workflow}/gate.ts`, find: "const answers = identity.is === 'running' ? await askAll(ports, gate, given.signal) : []", replace: 'const answers: Answer[] = []', test: { file: scripted, pattern: 'T3: one that is up and serves nothing' } },
  { trap: 'T3', file: `${plan}/gate.ts`, find: 'return judge({ ...rule, passes: 1, dwellMs: 0, deadlineMs: 0 }', replace: 'return judge({ ...rule, passes: 1, dwellMs: 0, deadlineMs: 9 }', test: { file: `${plan}/gate.test.ts`, pattern: 'T3: at the commit' } },
  { trap: 'T4', file: `${plan}/gate.ts`, find: "if (isProxyFallback(seen)) return { met: 'fallback-page' }", replace: '', test: { file: `${plan}/gate.test.ts`, pattern: "T4: the proxy's own page" } },
  { trap: 'T4', file: `${plan}/gate.ts`, find: 'const isOld = ', replace: 'const isOld = probe.kind !== probe.kind && ', test: { file: `${plan}/gate.test.ts`, pattern: 'a probe met: T4: the old version' } },
  { trap: 'T5', file: `${plan}/gate.ts`, find: "return identity.is === 'running' && answers", replace: 'return answers', test: { file: `${plan}/gate.test.ts`, pattern: 'T5: good answers while something else runs' } },
  { trap: 'T6', file: `${workflow}/gate.ts`, find: 'const crash = rightSince > 0 ?', replace: 'const crash = rightSince < 0 ?', test: { file: scripted, pattern: 'T6: one that falls over' } },
  { trap: 'T7', file: `${workflow}/gate.ts`, find: "{ is: 'waiting', for: verdict.for } : { is: 'running' }", replace: "{ is: 'running' } : { is: 'running' }", test: { file: scripted, pattern: 'T7: one that no node takes' } },
  { trap: 'T10', file: `${plan}/converge.ts`, find: 'return ours.length === wanted.wanted && ', replace: 'return ours.length > 0 && ours.length === wanted.wanted && ', test: { file: scripted, pattern: 'T10:' } },
  { trap: 'T12', file: `${plan}/budget.ts`, find: 'limits.deploy + gate.dwellMs + limits.rollback', replace: 'limits.deploy + gate.dwellMs', test: { file: 'src/settings/load.test.ts', pattern: 'T12:' } },
  { trap: 'T13', file: 'src/adapters/lock/sqlite/locks.ts', find: '{ heldBy: Holder }> {\n    mkdirSync(folder, { recursive: true, mode: 0o700 })', replace: '{ heldBy: Holder }> {\n    mkdirSync(folder, { mode: 0o700 })', test: { file: scripted, pattern: 'T13:' } },
  { trap: 'T14', file: `${workflow}/gate.ts`, find: "verdict.is === 'failed' ? { is: 'failed', why: verdict.why }", replace: "verdict.is === 'failed' ? { is: 'waiting', for: 'it' }", test: { file: scripted, pattern: 'T14:' } },
  { trap: 'T15', file: `${workflow}/steps.ts`, find: 'if (missing.length > 0) throw new TurnBack(', replace: 'if (missing.length < 0) throw new TurnBack(', test: { file: faults, pattern: 'T15: engine.volumes' } },
  { trap: 'T15', file: `${workflow}/ways.ts`, find: "undeploy(context, 'go back: undeploy'), restore(context)]", replace: "undeploy(context, 'go back: undeploy')]", test: { file: scripted, pattern: 'T15:' } },
  { trap: 'T16', file: `${workflow}/steps.ts`, find: "throw new StandStill('stuck', `The data could not be restored: ${says}`", replace: "return { says }\n        throw new StandStill('stuck', `The data could not be restored: ${says}`", test: { file: scripted, pattern: 'T16:' } },
  { trap: 'T16', file: `${workflow}/steps.ts`, find: 'if (differs.length > 0) throw', replace: 'if (differs.length < 0) throw', test: { file: faults, pattern: 'T16: snapshots.restore' } },
  { trap: 'T22', file: `${workflow}/deadlines.ts`, find: 'Promise.race([work(), late])', replace: 'Promise.race([work(), late.catch(() => undefined as never)])', test: { file: faults, pattern: 'T22: source.tree' } },
  { trap: 'T19', file: `${workflow}/steps.ts`, find: "await ports.engine.remove(instance, { data: 'keep', takeOver: isAdopted(record.lastGood), signal })", replace: "void ports.engine.remove(instance, { data: 'keep', takeOver: isAdopted(record.lastGood), signal })", test: { file: scripted, pattern: 'T19:' } },
  { trap: 'T20', file: `${workflow}/steps.ts`, find: 'keep: believed === undefined ? [] : [believed]', replace: 'keep: believed === undefined ? [] : []', test: { file: scripted, pattern: 'T20: the last snapshot that was read back is kept while later ones cannot be: the disk does not answer' } },
  { trap: 'T20', file: `${workflow}/steps.ts`, find: 'await ports.snapshots.drop(app.name, taken.id)', replace: 'void taken', test: { file: scripted, pattern: 'T20: the last snapshot that was read back is kept while later ones cannot be: a hash differs' } },
  { trap: 'T21', file: `${workflow}/steps.ts`, find: 'await ports.engine.keepImages(instance, images)', replace: 'void images', test: { file: scripted, pattern: "T21: known-good's images" } },
  { trap: 'T21', file: `${workflow}/steps.ts`, find: 'return { lastGood: from, kept: await keptVersion(context, from) }', replace: 'return { lastGood: from, kept: await keptVersion(context, context.record.history.open!.to) }', test: { file: scripted, pattern: 'T21: stateless' } },
  { trap: 'T22', file: `${workflow}/version.ts`, find: 'if (hasErrors(recipe.problems)) {', replace: 'if (recipe.problems.length < 0) {', test: { file: scripted, pattern: 'T22: one that cannot be read' } },
  { trap: 'T22', file: `${workflow}/steps.ts`, find: "if (reason?.reason === 'image-missing') throw", replace: "if (reason?.reason !== 'image-missing' && reason?.reason !== 'registry') throw", test: { file: scripted, pattern: 'T22: one whose image' } },
  { trap: 'T22', file: `${workflow}/steps.ts`, find: 'if (refused) throw new TurnBack', replace: "if (refused?.reason !== 'deploy-refused') throw new TurnBack", test: { file: scripted, pattern: 'T22: one that the engine refuses' } },
  { trap: 'T23', file: 'src/domain/model/read-platform.ts', find: 'if (line.n !== history.lastN + 1) {', replace: 'if (line.n < history.lastN) {', test: { file: 'src/domain/model/read-platform.test.ts', pattern: 'T23: stops the app' } },
  { trap: 'T23', file: `${plan}/reconcile.ts`, find: "if (history.open) return { do: 'recover', operation: history.open }", replace: '', test: { file: `${plan}/reconcile.test.ts`, pattern: 'T23:' } },
  { trap: 'T23', file: 'src/workflows/journal/operation.ts', find: 'find(({ name }) => !(name in operation.done))', replace: 'find(({ name }) => !operation.intended.includes(name))', test: { file: 'src/workflows/journal/operation.test.ts', pattern: 'T23: forward to its end' } },
  { trap: 'T23', file: 'src/workflows/journal/operation.ts', find: 'operation.turned ? ways.back(operation) : ways.forward', replace: 'direction === operation.kind ? ways.back(operation) : ways.forward', test: { file: 'src/workflows/journal/operation.test.ts', pattern: 'T23: forward, and back' } },
  { trap: 'T23', file: 'src/workflows/journal/operation.ts', find: 'operation.resumed > MOST_RESUMED', replace: 'operation.resumed < 0', test: { file: 'src/workflows/journal/operation.test.ts', pattern: 'T23: one that was taken up' } },
  { trap: 'T23', file: `${workflow}/tell.ts`, find: 'return failed ? outcomeAlerts(app, failed.outcome, common, []) : []', replace: 'return failed ? [] : []', test: { file: 'test/scenario/reconcile-killed.test.ts', pattern: 'T23: stateless upgrade, rolled back' } },
  { trap: 'T25', file: `${workflow}/steps.ts`, find: "data: fresh ? 'doomed' : 'keep'", replace: "data: 'keep'", test: { file: scripted, pattern: 'T25:' } },
  { trap: 'T34', file: `${workflow}/steps.ts`, find: 'if (reason) throw new LeaveUntouched(', replace: "if (reason) throw new TurnBack('', 'version')\n    if (reason) throw new LeaveUntouched(", test: { file: scripted, pattern: 'T34: a registry that is limited' } },
  { trap: 'T38', file: `${workflow}/steps.ts`, find: "verdict.why.reason.reason === 'host' ? 'host' : 'version'", replace: "verdict.why.reason.reason === 'host' ? 'version' : 'version'", test: { file: scripted, pattern: 'T38:' } },
  { trap: 'T41', file: `${plan}/gate.ts`, find: "if (identity.is === 'unknown') return { is: 'inconclusive', says: identity.says }", replace: '', test: { file: scripted, pattern: 'T41:' } },
  { trap: 'T60', file: `${plan}/reconcile.ts`, find: "if (running.health.is === 'unhealthy') return hold(", replace: "if (running.health.is === 'unknown') return hold(", test: { file: `${plan}/reconcile.test.ts`, pattern: 'T60:' } },
  { trap: 'T60', file: `${workflow}/ways.ts`, find: "return intended.includes('deploy')\n}", replace: "return intended.includes('commit')\n}", test: { file: scripted, pattern: 'T60:' } },
  { trap: 'T61', file: `${plan}/converge.ts`, find: 'if (!seen || !stands(wanted, seen)) return undefined', replace: 'if (!seen) return undefined', test: { file: scripted, pattern: 'T61:' } },
  { trap: 'T62', file: `${workflow}/steps.ts`, find: 'act: async () => ({ [BASELINE]: baselineOf(', replace: 'act: async () => ({ [BASELINE]: baselineOf([]), asked: baselineOf(', test: { file: scripted, pattern: 'T62:' } },
  { trap: 'T62', file: `${plan}/gate.ts`, find: "if (wrong.length > 0) return { is: 'fail', why: { kind: 'routes', lost: wrong } }", replace: '', test: { file: `${plan}/gate.test.ts`, pattern: 'T62:' } },
]

import type { Mutation } from '../mutation.ts'

const run = 'src/workflows/run'
const app = 'src/workflows/app'
const domain = 'src/domain/plan'
const scripted = 'test/scenario/scripted.test.ts'

/** Guards of a whole run, with the command line, the record and an engine that fails when it is told to. */
export const mutations: Mutation[] = [
  { trap: 'T6', file: `${run}/ready.ts`, find: 'export const DWELL = 10_000', replace: 'export const DWELL = 5_000', test: { file: scripted, pattern: 'it was ready is red (T6)' } },
  { trap: 'T19', file: `${run}/teardown.ts`, find: 'await attempt(engine.remove(', replace: 'void attempt(engine.remove(', test: { file: scripted, pattern: 'T19: tasks that take their time' } },
  { trap: 'T19', file: `${run}/clean.ts`, find: 'await engine.remove(app', replace: 'void engine.remove(app', test: { file: scripted, pattern: 'T19: runs clean waits' } },
  { trap: 'T22', file: `${app}/deploy-refused.ts`, find: "!isPortError(error, 'refused') && ", replace: '', test: { file: scripted, pattern: 'and no mistake of ours (T22)' } },
  { trap: 'T30', file: `${run}/run.ts`, find: 'if (context.made) {', replace: 'if (context.deployment) {', test: { file: scripted, pattern: 'goes with the rest (T30)' } },
  { trap: 'T30', file: `${run}/run.ts`, find: 'if (context.made) {', replace: 'if (context.deployment) {', test: { file: scripted, pattern: 'leaves nothing (T30)' } },
  { trap: 'T30', file: `${run}/deploy.ts`, find: `resource: { kind: 'secret', name: need.name } })
      context.made = true`, replace: "resource: { kind: 'secret', name: need.name } })", test: { file: scripted, pattern: 'is looked for (T30)' } },
  { trap: 'T34', file: `${app}/pull-reason.ts`, find: "if (error.kind === 'limited') return { reason: 'registry', image, registrySays, kind: 'rate-limited' }", replace: "if (error.kind === 'limited') return { reason: 'image-missing', image, registrySays }", test: { file: scripted, pattern: "host's trouble (T34)" } },
  { trap: 'T42', file: `${run}/teardown.ts`, find: 'if (leftovers.length > 0) stop(', replace: 'if (leftovers.length < 0) stop(', test: { file: scripted, pattern: 'T42: a removal that fails' } },
  { trap: 'T67', file: `${domain}/converge.ts`, find: "if (task.state === 'rejected' && task.because !== 'network-gone'", replace: "if (task.state === 'rejected' && task.because === 'network-gone'", test: { file: scripted, pattern: 'is seen (T67)' } },
]

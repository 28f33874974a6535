import type { Mutation } from '../mutation.ts'

const run = 'src/workflows/run'
const app = 'src/workflows/app'
const domain = 'src/domain/plan'
const scripted = 'test/scenario/scripted.test.ts'
const moments = 'test/scenario/scripted-moments.test.ts'
const torture = 'test/scenario/torture.test.ts'
const faults = 'test/system/faults.test.ts'
const markers = 'src/workflows/run/markers.test.ts'
const ready = 'src/workflows/run/ready.test.ts'
const others = 'test/system/other-runs.test.ts'

/** Guards of a whole run, with the command line, the record and an engine that fails when it is told to. */
export const mutations: Mutation[] = [
  { trap: 'T6', file: `${run}/ready.ts`, find: 'export const DWELL = 10_000', replace: 'export const DWELL = 5_000', test: { file: scripted, pattern: 'it was ready is red (T6)' } },
  { trap: 'T19', file: `${run}/teardown.ts`, find: 'await attempt(removeOnceItAnswers(', replace: 'void attempt(removeOnceItAnswers(', test: { file: moments, pattern: 'T19: tasks that take their time' } },
  { trap: 'T19', file: `${run}/clean.ts`, find: 'await engine.remove({ ...app', replace: 'void engine.remove({ ...app', test: { file: moments, pattern: 'T19: runs clean waits' } },
  { trap: 'T63', file: `${run}/tiers/upgrade.ts`, find: 'if (weakened) stop(weakened)', replace: '', test: { file: 'test/scenario/local.test.ts', pattern: 'nobody need ask (T63)' } },
  { trap: 'T26', file: `${run}/markers.ts`, find: "if (moved) stop({ reason: 'mount-moved', ...moved })", replace: '', test: { file: 'test/scenario/local.test.ts', pattern: 'nothing asks it for any (T26)' } },
  { trap: 'T20', file: `${run}/tiers/backup.ts`, find: "await plant(context, tier, markers, 'saved')", replace: "markers.saved = markers.first", test: { file: 'test/scenario/local.test.ts', pattern: 'still stand (T20)' } },
  { trap: 'T22', file: `${app}/deploy-refused.ts`, find: "!isPortError(error, 'refused') && ", replace: '', test: { file: scripted, pattern: 'and no mistake of ours (T22)' } },
  { trap: 'T26', file: `${run}/markers.ts`, find: 'found.places.filter((one) => !known.has(keyOf(one.probe)))', replace: 'found.places', test: { file: markers, pattern: 'T26: a neighbour that was there' } },
  { trap: 'T26', file: `${run}/markers.ts`, find: '  newcomers.splice(newcomers.indexOf(moved), 1)\n', replace: '', test: { file: markers, pattern: 'T26: one new file' } },
  { trap: 'T27', file: `${run}/host-trouble.ts`, find: ' ?? (await neededIsDown(context))', replace: '', test: { file: 'test/system/needs.test.ts', pattern: '(T27)' } },
  { trap: 'T30', file: 'src/lib/writable.ts', find: '.cc-ci-try-${process.getuid?.()}', replace: '.cc-ci-try-${process.pid}', test: { file: 'src/lib/writable.test.ts', pattern: 'taken away by the next one (T30)' } },
  { trap: 'T30', file: `${run}/clean.ts`, find: 'of [app.stack, ...needed]', replace: 'of [app.stack]', test: { file: 'test/system/needs.test.ts', pattern: '(T30)' } },
  { trap: 'T30', file: `${run}/needs.ts`, find: 'if (context.needs.length > 0) context.made = true', replace: '', test: { file: 'test/scenario/swarm.test.ts', pattern: 'is taken down as well (T30)' } },
  { trap: 'T30', file: `${run}/run.ts`, find: 'if (context.made) {', replace: 'if (context.deployment) {', test: { file: scripted, pattern: 'goes with the rest (T30)' } },
  { trap: 'T30', file: `${run}/run.ts`, find: 'if (context.made) {', replace: 'if (context.deployment) {', test: { file: scripted, pattern: 'leaves nothing (T30)' } },
  { trap: 'T30', file: `${run}/deploy.ts`, find: `resource: { kind: 'secret', name: need.name } })
      context.made = true`, replace: "resource: { kind: 'secret', name: need.name } })", test: { file: scripted, pattern: 'is looked for (T30)' } },
  { trap: 'T34', file: `${app}/pull-reason.ts`, find: "if (error.kind === 'limited') return { reason: 'registry', image, registrySays, kind: 'rate-limited' }", replace: "if (error.kind === 'limited') return { reason: 'image-missing', image, registrySays }", test: { file: scripted, pattern: "host's trouble (T34)" } },
  { trap: 'T42', file: `${run}/teardown.ts`, find: 'if (leftovers.length > 0) stop(', replace: 'if (leftovers.length < 0) stop(', test: { file: moments, pattern: 'T42: a removal that fails' } },
  { trap: 'T4', file: `${run}/host-trouble.ts`, find: "if (context.running === 'nothing' ||", replace: "if (context.running !== 'nothing' ||", test: { file: faults, pattern: 'while the app starts (T4)' } },
  { trap: 'T6', file: `${run}/host-trouble.ts`, find: 'if (Math.abs(jumped) > JUMP)', replace: 'if (Math.abs(jumped) < 0)', test: { file: faults, pattern: 'every tier looks well (T6)' } },
  { trap: 'T25', file: `${run}/clean.ts`, find: "data: 'doomed'", replace: "data: 'keep'", test: { file: torture, pattern: 'nothing is left (T25' } },
  { trap: 'T28', file: 'src/adapters/store/files/run-records.ts', find: 'join(folder, CHECKOUT_FOLDER)', replace: "join(folder, '..', CHECKOUT_FOLDER)", test: { file: torture, pattern: 'nothing is left (T25, T28' } },
  { trap: 'T28', file: `${run}/new-record.ts`, find: "if (!isPortError(error, 'conflict')) throw error", replace: 'throw error', test: { file: torture, pattern: 'T28: a run whose drawn name' } },
  { trap: 'T29', file: 'src/lib/temporary.ts', find: 'return !isLiving(stat) || stat.startTicks !== ticks', replace: 'return true', test: { file: 'src/lib/temporary.test.ts', pattern: 'T29: what a killed process left' } },
  { trap: 'T29', file: 'src/lib/temporary.ts', find: 'if (namespace !== ourNamespace) return false', replace: '', test: { file: 'src/lib/temporary.test.ts', pattern: "T29: names that are not of this machine's making" } },
  { trap: 'T29', file: 'src/adapters/lock/sqlite/locks.ts', find: 'if (database || isHeld(file)) return database', replace: 'return database', test: { file: 'test/contract/locks/locks.test.ts', pattern: 'T29: whoever only looks' } },
  { trap: 'T30', file: `${run}/clean.ts`, find: `gone.set(summary.id, summary.header.app)
      continue`, replace: `seen.add(summary.id)
      continue`, test: { file: torture, pattern: 'T30: what the engine still made' } },
  { trap: 'T30', file: `${run}/run.ts`, find: '      await neverBegun(record, app, isPortError(error) ? { refused: true } : { mistaken: true })\n', replace: '', test: { file: torture, pattern: 'T30: an earlier version that cannot be read' } },
  { trap: 'T30', file: `${run}/teardown.ts`, find: 'tier.signal.aborted || (await answers())) throw error', replace: "tier.signal.aborted || error.kind !== 'limited') throw error", test: { file: faults, pattern: 'stays up" (T30)' } },
  { trap: 'T39', file: `${run}/stopped.ts`, find: " || error.againCanHelp) {", replace: ') {', test: { file: faults, pattern: 'state folder is full (T39)' } },
  { trap: 'T39', file: `${domain}/converge.ts`, find: "if (task.because === 'disk-full')", replace: "if (task.because === 'other')", test: { file: 'src/domain/plan/converge.test.ts', pattern: 'T39: a task for which' } },
  { trap: 'T39', file: `${run}/finish.ts`, find: "if (unwritten.length > 0 && results.verdict !== 'infra')", replace: 'if (unwritten.length > 0)', test: { file: faults, pattern: 'state folder is full (T39)' } },
  { trap: 'T4', file: `${run}/ready.ts`, find: '(noRouter ? NO_ROUTE_YET : SAME_WRONG_ANSWER)', replace: 'SAME_WRONG_ANSWER', test: { file: `${run}/ready.test.ts`, pattern: "T4: the proxy's own page" } },
  { trap: 'T42', file: `${run}/run.ts`, find: " && record.name !== 'lint')", replace: ')', test: { file: 'test/scenario/local.test.ts', pattern: 'whose fault that is (T42)' } },
  { trap: 'T26', file: `${run}/markers.ts`, find: 'for (const place of found.places) await assertSeenBefore(place, markers, tier.signal)', replace: '', test: { file: 'test/scenario/markers.test.ts', pattern: 'T26: data that nobody saw' } },
  { trap: 'T26', file: `${run}/data.ts`, find: 'if (signal.aborted || clock.monotonic() + pace >= until) throw error', replace: 'throw error', test: { file: 'test/scenario/markers.test.ts', pattern: 'T26: a database without' } },
  { trap: 'T47', file: `${run}/control.ts`, find: 'return signals.cancel.aborted ? ended() : none(error instanceof Error ? error.message : String(error))', replace: 'throw error', test: { file: others, pattern: 'T47: a control run that cannot begin' } },
  { trap: 'T47', file: 'src/cli/run/execute.ts', find: "const isFound = results.verdict === 'pass' || results.verdict === 'fail'", replace: "const isFound = results.verdict === 'pass'", test: { file: others, pattern: 'T47: Ctrl-C in the control run' } },
  { trap: 'T61', file: `${run}/ready.ts`, find: "if (verdict.is === 'waiting' && clock.monotonic() <= until) continue", replace: '', test: { file: ready, pattern: 'T61: an early exit' } },
  { trap: 'T6', file: `${run}/ready.ts`, find: '  if (crash) return withLastLines(context, crash)\n', replace: '', test: { file: ready, pattern: 'T6: what ended after the first good answer' } },
  { trap: 'T67', file: `${domain}/converge.ts`, find: "if (task.state === 'rejected' && task.because !== 'network-gone'", replace: "if (task.state === 'rejected' && task.because === 'network-gone'", test: { file: scripted, pattern: 'is seen (T67)' } },
]

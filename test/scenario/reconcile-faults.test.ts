import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRecordTrouble } from '../../src/domain/model/platform.ts'
import { PortError, type PortErrorKind } from '../../src/ports/port-error.ts'
import type { PlatformPorts } from '../../src/workflows/reconcile/context.ts'
import { openPlatformStage } from './platform-stage.ts'
import type { Scene } from './scripted-recipe.ts'

// time limit: 600 s, because a busy machine makes each of a hundred reconciles take seconds.

/** `record`: what `records.open` gives; a full disk shows itself there. */
type Call = [port: 'engine' | 'snapshots' | 'alerts' | 'secrets' | 'probes' | 'records' | 'record' | 'sources', method: string]

/** Every call through a port that an upgrade with data makes, on its way there and on its way back. */
const calls: Call[] = [
  ['engine', 'observe'], ['engine', 'pull'], ['engine', 'deploy'], ['engine', 'remove'], ['engine', 'removeServices'], ['engine', 'inventory'], ['engine', 'volumes'], ['engine', 'reach'], ['engine', 'routes'], ['engine', 'logs'], ['engine', 'createSecret'], ['engine', 'keepImages'],
  ['snapshots', 'space'], ['snapshots', 'take'], ['snapshots', 'verify'], ['snapshots', 'restore'],
  ['secrets', 'get'], ['secrets', 'put'], ['secrets', 'sealed'],
  ['probes', 'http'],
  ['sources', 'open'], ['records', 'open'], ['record', 'append'], ['record', 'keep'], ['record', 'kept'], ['record', 'commit'], ['alerts', 'raise'], ['alerts', 'list'],
]

const first: Scene = { secret: true, services: { app: { writesOnStart: { '/data/made': 'x' } } } }
const worse: Scene = { secret: true, services: { app: { writesOnStart: { '/data/schema': 'new' }, answer: { status: 500, body: '' } } } }

describe('one call through a port fails', { concurrency: 4 }, () => {
  for (const [port, method] of calls) {
    test(`T22: ${port}.${method}: committed, rolled back, untouched or stuck, with the exit code, the record and the alert that belong to it`, async () => {
      // On the way there at its first call, on the way back at its second: a call that both ways make is met in both.
      for (const [skip, kind, bad] of [[0, 'unreachable', false], [1, 'unexpected', true]] as Array<[number, PortErrorKind, boolean]>) {
        await using stage = await openPlatformStage({ stateless: false, settings: ['gate: { passes: 2, dwell: 2s, routes: true }', 'limits: { deploy: 20s, rollback: 30s, start: 60s }'] })
        stage.publish('1.0.0+1', first)
        assert.equal((await stage.reconcileHere()).code, 0)
        stage.publish('1.1.0+2', bad ? worse : first)
        const what = `${port}.${method} ${kind}, ${bad ? 'a bad' : 'a good'} version`
        const { code, told, said } = await stage.reconcileHere((ports) => failing(ports, [port, method], { kind, skip }))
        const { result } = told
        assert.doesNotMatch(said, /\.ts:\d+/, `${what}: ${said}`)
        const alerts = await stage.alerts()
        const answers = await stage.answers()
        const outcome = result.is === 'done' ? (result.outcome?.is ?? 'nothing') : result.is === 'paused' ? `paused ${result.down || result.because === 'stuck' ? 'down' : 'up'}` : result.is
        const expected = { committed: 0, 'rolled-back': 1, untouched: 3, stuck: 4, 'paused down': 4, 'paused up': 3, unknown: 3, nothing: 0 }[outcome]
        // The recipe's place did not answer, or an alert could not be written: that is said, too.
        const besides = told.sourceTrouble !== undefined || told.alertTrouble !== undefined ? 3 : 0
        assert.equal(code, expected || besides, `${what}: ${outcome}: ${said}`)
        if (port !== 'alerts') assert.equal(alerts.length > 0, code !== 0, `${what}: ${outcome} and ${alerts.length} alerts`)
        if (outcome === 'committed') assert.deepEqual([answers, stage.lastGood()?.version], ['200 1.1.0+2', '1.1.0+2'], what)
        else if (outcome.startsWith('paused')) assert.ok(stage.lastGood(), what)
        else assert.equal(stage.lastGood()?.version, '1.0.0+1', what)
        if (outcome === 'rolled-back' || outcome === 'untouched') assert.deepEqual([answers, await stage.data()], ['200 1.0.0+1', { made: 'x' }], what)
        // What failed once does not fail again: now it comes to its end.
        const after = await stage.reconcileHere()
        assert.equal(stage.history().open, null, `${what}, after: ${after.said}`)
        const ends = stage.lastGood()?.version
        assert.deepEqual([await stage.answers(), after.code <= 1, ends === '1.1.0+2' || (await stage.data()).schema === undefined], [`200 ${ends}`, true, true], `${what}, after: ${after.said}`)
      }
    })
  }
})

/** The ports, of which one call fails once, after so many that did not; what it should do is not done. */
function failing(ports: PlatformPorts, [port, method]: Call, given: { kind: PortErrorKind; skip: number }): Partial<PlatformPorts> {
  let left = given.skip
  const withFault = <T extends object>(whole: T): T => {
    const does = (whole as Record<string, (...asked: unknown[]) => unknown>)[method]!
    const fails = async (...asked: unknown[]) => {
      left -= 1
      if (left === -1) throw new PortError(given.kind, `${method} was told to fail`, { says: 'told to' })
      return await does(...asked)
    }
    return new Proxy(whole, { get: (target, key) => (key === method ? fails : Reflect.get(target, key)) })
  }
  if (port !== 'record') return { [port]: withFault(ports[port]) }
  const { records } = ports
  return {
    records: {
      ...records,
      async open(app) {
        const record = await records.open(app)
        return isRecordTrouble(record) ? record : withFault(record)
      },
    },
  }
}

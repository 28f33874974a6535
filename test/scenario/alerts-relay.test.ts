import assert from 'node:assert/strict'
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileAlerts } from '../../src/adapters/alerts/files/alerts.ts'
import { fileDeliveries } from '../../src/adapters/alerts/files/deliveries.ts'
import { sqliteLocks } from '../../src/adapters/lock/sqlite/locks.ts'
import type { Alert, AlertMessage } from '../../src/domain/model/alert.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { PortError } from '../../src/ports/port-error.ts'
import { type Relayed, relay, type RelayPorts } from '../../src/workflows/alerts/relay.ts'
import { temporaryFolder } from '../support/cli.ts'
import { fastClock } from '../support/fast-clock.ts'

/** Alerts on their way to channels that are told how to answer, at a time of day that is set. */

const MINUTE = 60_000
const alert: Alert = { id: 'platform-a-failed-1.1.0+2', kind: 'failed', what: 'a 1.1.0+2 does not do.', app: 'a', versionTried: '1.1.0+2', versionRunning: '1.0.0+1', lastLines: [], next: 'Wait.' }

interface Channel {
  name: string
  /** `a raised`: what arrived, in order. */
  arrived: string[]
  messages: AlertMessage[]
  /** Undefined: it takes everything. */
  fails: PortError | undefined
}

function channel(name: string): Channel {
  return { name, arrived: [], messages: [], fails: undefined }
}

interface Stage extends Disposable {
  ports: RelayPorts
  folder: string
  clock: { now: number }
  relay(over?: Partial<Parameters<typeof relay>[1]>): Promise<Relayed>
  /** What a record of the relay looks like from outside. */
  files(): string[]
}

function open(channels: Channel[]): Stage {
  const folder = temporaryFolder('relay')
  const time = { now: Date.UTC(2026, 0, 10) }
  const clock: Clock = { ...fastClock(1), now: () => time.now }
  const alerts = join(folder.path, 'alerts')
  const ports: RelayPorts = {
    alerts: fileAlerts({ folder: alerts, clock }),
    deliveries: fileDeliveries({ folder: alerts }),
    locks: sqliteLocks({ folder: join(folder.path, 'locks'), clock, pid: process.pid }),
    clock,
    from: 'ci.example.org',
    channels: channels.map((one) => ({
      name: one.name,
      notify: {
        async send(message) {
          if (one.fails) throw one.fails
          one.messages.push(message)
          one.arrived.push(`${message.alert.id} ${message.telling}`)
        },
      },
    })),
  }
  return {
    ports, clock: time, folder: alerts,
    relay: (over) => relay(ports, { signal: new AbortController().signal, ...over }),
    files: () => readdirSync(join(alerts, 'relay'), { recursive: true }).map(String).filter((name) => name.endsWith('.json')).sort(),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

const short = ({ sent, failed, waiting }: Relayed) => ({ sent: sent.length, failed: failed.map(({ channel: name }) => name), waiting: waiting.map(({ channel: name }) => name) })

describe('alerts on their way', () => {
  test('an alert goes to every channel once, and its end to each that had got it; then it is archived', async () => {
    const [mail, room] = [channel('mail'), channel('room')]
    using stage = open([mail, room])
    await stage.ports.alerts.raise(alert)
    assert.deepEqual(short(await stage.relay()), { sent: 2, failed: [], waiting: [] })
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: [], waiting: [] })
    assert.equal(await stage.ports.alerts.raise(alert), false)
    await stage.ports.alerts.resolve(alert.id, 'a runs 1.2.0+3')
    assert.deepEqual(short(await stage.relay()), { sent: 2, failed: [], waiting: [] })
    assert.deepEqual([mail.arrived, room.arrived], [[`${alert.id} raised`, `${alert.id} resolved`], [`${alert.id} raised`, `${alert.id} resolved`]])
    assert.deepEqual(stage.files().map((name) => name.split('/')[0]), ['done'])
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: [], waiting: [] })
  })

  test('T2: a channel that is down is tried again, ever more seldom, and keeps no other one waiting', async () => {
    const [mail, room] = [channel('mail'), channel('room')]
    using stage = open([mail, room])
    mail.fails = new PortError('unreachable', 'nobody listens')
    await stage.ports.alerts.raise(alert)
    const first = await stage.relay()
    assert.deepEqual([short(first), first.failed[0]?.says], [{ sent: 1, failed: ['mail'], waiting: ['mail'] }, 'nobody listens'])
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: [], waiting: ['mail'] })
    stage.clock.now += MINUTE
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: ['mail'], waiting: ['mail'] })
    stage.clock.now += MINUTE
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: [], waiting: ['mail'] })
    mail.fails = undefined
    stage.clock.now += MINUTE
    assert.deepEqual(short(await stage.relay()), { sent: 1, failed: [], waiting: [] })
    assert.deepEqual([mail.arrived, room.arrived], [[`${alert.id} raised`], [`${alert.id} raised`]])
  })

  test('a channel that says how long it wants to be left alone is left alone for so long', async () => {
    const mail = channel('mail')
    using stage = open([mail])
    mail.fails = new PortError('limited', 'too many', { retryAfterMs: 10 * MINUTE })
    await stage.ports.alerts.raise(alert)
    const { waiting } = await stage.relay()
    assert.deepEqual(waiting.map(({ until }) => until - stage.clock.now), [10 * MINUTE])
    stage.clock.now += 9 * MINUTE
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: [], waiting: ['mail'] })
  })

  test('a disk that is full while it is noted: what was sent is sent again, and nothing is lost', async () => {
    const [mail, room] = [channel('mail'), channel('room')]
    using stage = open([mail, room])
    await stage.ports.alerts.raise(alert)
    let left = 3
    const full: RelayPorts = { ...stage.ports, deliveries: { ...stage.ports.deliveries, write: async (record) => (--left > 0 ? stage.ports.deliveries.write(record) : await Promise.reject(new PortError('unexpected', 'the disk is full'))) } }
    await assert.rejects(relay(full, { signal: new AbortController().signal }), { message: 'the disk is full' })
    await stage.relay()
    assert.deepEqual([new Set(mail.messages.map(({ id }) => id)).size, new Set(room.messages.map(({ id }) => id)).size], [1, 1])
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: [], waiting: [] })
  })

  test('what is over before a channel got it is told to that channel neither way', async () => {
    const [mail, room] = [channel('mail'), channel('room')]
    using stage = open([mail, room])
    mail.fails = new PortError('unreachable', 'nobody listens')
    await stage.ports.alerts.raise(alert)
    await stage.relay()
    await stage.ports.alerts.resolve(alert.id, 'a runs 1.2.0+3')
    mail.fails = undefined
    await stage.relay({ ignoreWaits: true })
    assert.deepEqual([mail.arrived, room.arrived], [[], [`${alert.id} raised`, `${alert.id} resolved`]])
  })

  test('a channel that may have got it hears the end of it', async () => {
    const mail = channel('mail')
    using stage = open([mail])
    mail.fails = new PortError('timeout', 'no answer')
    await stage.ports.alerts.raise(alert)
    await stage.relay()
    await stage.ports.alerts.resolve(alert.id, 'a runs 1.2.0+3')
    mail.fails = undefined
    await stage.relay({ ignoreWaits: true })
    assert.deepEqual(mail.arrived, [`${alert.id} resolved`])
  })

  test('several wait for a channel that is down: it is tried once, and gets them all in order once it is up', async () => {
    const mail = channel('mail')
    using stage = open([mail])
    mail.fails = new PortError('timeout', 'no answer')
    for (const id of ['c', 'a', 'b']) {
      await stage.ports.alerts.raise({ ...alert, id })
      stage.clock.now += 1
    }
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: ['mail'], waiting: ['mail', 'mail', 'mail'] })
    mail.fails = undefined
    stage.clock.now += MINUTE
    assert.deepEqual(short(await stage.relay()), { sent: 3, failed: [], waiting: [] })
    assert.deepEqual(mail.arrived, ['c raised', 'a raised', 'b raised'])
  })

  test('a channel that does not take us is told once, by the others, and so is that it works again', async () => {
    const [mail, room] = [channel('mail'), channel('room')]
    using stage = open([mail, room])
    mail.fails = new PortError('refused', 'wrong password')
    await stage.ports.alerts.raise(alert)
    await stage.relay()
    stage.clock.now += 59 * MINUTE
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: [], waiting: ['mail'] })
    stage.clock.now += MINUTE
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: ['mail'], waiting: ['mail'] })
    assert.deepEqual(room.arrived, [`${alert.id} raised`, 'channel-mail raised'])
    assert.equal(room.messages[1]?.alert.what, 'Alerts do not reach the channel mail: wrong password')
    mail.fails = undefined
    await stage.relay({ ignoreWaits: true })
    assert.deepEqual([mail.arrived, room.arrived.at(-1)], [[`${alert.id} raised`], 'channel-mail resolved'])
  })

  test('T23: killed after it was sent and before that was noted: it is sent again, by the same id', async () => {
    const mail = channel('mail')
    using stage = open([mail])
    await stage.ports.alerts.raise(alert)
    const dying: RelayPorts = {
      ...stage.ports,
      deliveries: { ...stage.ports.deliveries, write: async (record) => (Object.values(record.channels)[0]?.raised?.deliveredAt === undefined ? stage.ports.deliveries.write(record) : await Promise.reject(new Error('killed'))) },
    }
    await assert.rejects(relay(dying, { signal: new AbortController().signal }), /killed/)
    assert.equal(mail.messages.length, 1)
    assert.deepEqual(short(await stage.relay()), { sent: 1, failed: [], waiting: [] })
    assert.deepEqual(mail.messages.map(({ id }) => id), [mail.messages[0]!.id, mail.messages[0]!.id])
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: [], waiting: [] })
  })

  test('T23: killed before it was sent: it is sent', async () => {
    const mail = channel('mail')
    using stage = open([mail])
    await stage.ports.alerts.raise(alert)
    const dying: RelayPorts = { ...stage.ports, channels: [{ name: 'mail', notify: { send: () => Promise.reject(new Error('killed')) } }] }
    await assert.rejects(relay(dying, { signal: new AbortController().signal }), /killed/)
    assert.deepEqual(short(await stage.relay()), { sent: 1, failed: [], waiting: [] })
  })

  test('a record that cannot be read is named, and its alert is told anew rather than lost', async () => {
    const mail = channel('mail')
    using stage = open([mail])
    await stage.ports.alerts.raise(alert)
    await stage.relay()
    const [file] = stage.files()
    writeFileSync(join(stage.folder, 'relay', file!), '{"schema":')
    const { damaged, sent } = await stage.relay()
    assert.deepEqual([sent.length, mail.arrived.length], [1, 2])
    assert.deepEqual(damaged, [`${join(stage.folder, 'relay', file!)} is no record of ours: what it said of deliveries is lost, and its alert is told anew.`])
    assert.equal(readFileSync(join(stage.folder, 'relay', `${file!}.unreadable`), 'utf8'), '{"schema":')
    assert.deepEqual((await stage.relay()).damaged, [])
  })

  test('an alert whose file cannot be read is not over, and its end is told once it can be read again', async () => {
    const mail = channel('mail')
    using stage = open([mail])
    await stage.ports.alerts.raise(alert)
    await stage.relay()
    const file = join(stage.folder, `${alert.id}.json`)
    renameSync(file, `${file}.kept`)
    writeFileSync(file, '{"id":')
    const { damaged, sent } = await stage.relay()
    assert.deepEqual([damaged, sent, stage.files().length], [[`${file} is no alert of ours. Move it away.`], [], 1])
    renameSync(`${file}.kept`, file)
    await stage.ports.alerts.resolve(alert.id, 'a runs 1.2.0+3')
    await stage.relay()
    assert.deepEqual(mail.messages.map(({ telling, alert: { ended } }) => [telling, ended?.says]), [['raised', undefined], ['resolved', 'a runs 1.2.0+3']])
  })

  test('a channel that does not take us and is taken out of the settings is of no matter any more', async () => {
    const [mail, room] = [channel('mail'), channel('room')]
    using stage = open([mail, room])
    mail.fails = new PortError('refused', 'wrong password')
    await stage.ports.alerts.raise(alert)
    await stage.relay()
    const left = stage.ports.channels.filter(({ name }) => name === 'room')
    await relay({ ...stage.ports, channels: left }, { signal: new AbortController().signal })
    assert.deepEqual((await stage.ports.alerts.list()).open.map(({ id }) => id), [alert.id])
    assert.deepEqual([room.arrived.at(-1), room.messages.at(-1)?.alert.ended?.says], ['channel-mail resolved', 'the channel is no longer in the settings'])
  })

  test('a relay that finds another one under way leaves at once, and the other one takes along what came after its last look', async () => {
    const mail = channel('mail')
    using stage = open([mail])
    await stage.ports.alerts.raise(alert)
    const { locks } = stage.ports
    const second: Relayed[] = []
    const meeting: RelayPorts = {
      ...stage.ports,
      locks: {
        ...locks,
        tryAcquire: async (name, why) => {
          const lock = await locks.tryAcquire(name, why)
          assert.ok('release' in lock)
          return {
            release: async () => {
              if (second.length === 0) {
                await stage.ports.alerts.raise({ ...alert, id: 'later' })
                second.push(await stage.relay())
              }
              await lock.release()
            },
          }
        },
      },
    }
    assert.equal((await relay(meeting, { signal: new AbortController().signal })).sent.length, 2)
    assert.deepEqual(second.map((one) => [short(one), one.underWay?.pid]), [[{ sent: 0, failed: [], waiting: [] }, process.pid]])
    assert.deepEqual(mail.arrived, [`${alert.id} raised`, 'later raised'])
  })

  test('two relays at once send nothing twice', async () => {
    const mail = channel('mail')
    using stage = open([mail])
    await stage.ports.alerts.raise(alert)
    await Promise.all([stage.relay(), stage.relay()])
    assert.deepEqual(mail.arrived, [`${alert.id} raised`])
  })

  test('without a channel nothing is written', async () => {
    using stage = open([])
    await stage.ports.alerts.raise(alert)
    assert.deepEqual(short(await stage.relay()), { sent: 0, failed: [], waiting: [] })
    assert.deepEqual(readdirSync(stage.folder).sort(), [`${alert.id}.json`, 'seen'])
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { scheduleOf } from '../../src/domain/boot/schedule.ts'
import type { UnitOutcome } from '../../src/domain/model/boot.ts'
import { bringUp } from '../../src/workflows/boot/bring-up.ts'
import type { BootEvent, Started, StartGiven, UnitToStart } from '../../src/workflows/boot/unit.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { drawUnits, expectedOf, graphOf, makespanOf, toStart } from './drawn-units.ts'

const NOBODY = { cancel: new AbortController().signal, abandon: new AbortController().signal }
const UP: Started = { is: 'up', says: 'up', did: true, exit: 0 }
const MINUTE = 60_000

interface Scene {
  clock: ReturnType<typeof virtualClock>
  outcomes: UnitOutcome[]
  /** `network begins 0 s`, in order. */
  events: string[]
}

/** A unit that takes a minute, unless it is told to do something else. */
function unit(name: string, requires: string[], start?: (given: StartGiven, clock: Scene['clock'], time: number) => Promise<Started>, more: Partial<UnitToStart> = {}) {
  return (clock: Scene['clock']): UnitToStart => {
    let times = 0
    return {
      name, requires, after: [], isOptional: false, limitMs: 10 * MINUTE, graceMs: MINUTE,
      async start(given) {
        times += 1
        if (start) return await start(given, clock, times)
        await clock.pause(MINUTE)
        return UP
      },
      ...more,
    }
  }
}

/** Is up after so many ms. */
function after(ms: number) {
  return async (_: StartGiven, clock: Scene['clock']): Promise<Started> => {
    await clock.pause(ms)
    return UP
  }
}

async function play(units: Array<(clock: Scene['clock']) => UnitToStart>, given: { leftOut?: string[]; cancelAt?: number; abandonAt?: number } = {}): Promise<Scene> {
  const clock = virtualClock()
  const [cancel, abandon] = [new AbortController(), new AbortController()]
  if (given.cancelAt !== undefined) void clock.pause(given.cancelAt).then(() => cancel.abort('SIGINT'))
  if (given.abandonAt !== undefined) void clock.pause(given.abandonAt).then(() => abandon.abort('SIGINT'))
  const events: string[] = []
  const tell = (event: BootEvent) => {
    const at = `${Math.round(clock.monotonic() / 1000)} s`
    events.push(event.is === 'over' ? `${event.outcome.unit} ${event.outcome.is} ${at}` : `${event.unit} ${event.is} ${at}`)
  }
  const work = bringUp(clock, units.map((one) => one(clock)), { signals: { cancel: cancel.signal, abandon: abandon.signal }, leftOut: new Set(given.leftOut), tell })
  return { clock, outcomes: await clock.until(work), events }
}

const endsOf = ({ outcomes }: Scene) => outcomes.map(({ unit: name, is }) => `${name} ${is}`)

describe('on generated boots', () => {
  test('everything is up at the very moment that the order and the measured times allow, and each unit begins at its own', async () => {
    let parallel = 0
    for (let seed = 1; seed <= 400; seed += 1) {
      const units = drawUnits(seed)
      const clock = virtualClock()
      const outcomes = await clock.until(bringUp(clock, toStart(units, clock), { signals: NOBODY, leftOut: new Set(), tell: () => {} }))
      const beganAt = Math.min(...outcomes.map((one) => one.beganAt!))
      const schedule = scheduleOf(graphOf(units, (name) => outcomes.filter(({ unit: of }) => of === name).map((one) => one.endedAt! - one.beganAt!)[0]!))
      assert.equal(makespanOf(outcomes, beganAt), schedule.makespanMs, `seed ${seed}`)
      assert.deepEqual(Object.fromEntries(outcomes.map((one) => [one.unit, one.beganAt! - beganAt])), Object.fromEntries(schedule.slots.map(({ unit: name, beginsAt }) => [name, beginsAt])), `seed ${seed}`)
      if (new Set(outcomes.map((one) => one.beganAt)).size < outcomes.length) parallel += 1
    }
    assert.ok(parallel > 200, `in ${parallel} of 400 some begin side by side`)
  })

  test('T14: whatever breaks or hangs, who needs it is given up at the moment it is known, and everybody else comes up at their own', async () => {
    const seen = { 'up': 0, 'not-up': 0, 'needs-dead': 0 }
    for (let seed = 1; seed <= 400; seed += 1) {
      const units = drawUnits(seed, { trouble: 0.1 })
      const clock = virtualClock()
      const overAt = new Map<string, number>()
      const tell = (event: BootEvent) => {
        if (event.is === 'over') overAt.set(event.outcome.unit, clock.monotonic())
      }
      const outcomes = await clock.until(bringUp(clock, toStart(units, clock), { signals: NOBODY, leftOut: new Set(), tell }))
      const startedAt = clock.now() - clock.monotonic()
      const came = Object.fromEntries(outcomes.map((one) => [one.unit, { is: one.is, beginsAt: one.beganAt === null ? null : one.beganAt - startedAt, overAt: overAt.get(one.unit) }]))
      assert.deepEqual(came, Object.fromEntries(expectedOf(units)), `seed ${seed}`)
      for (const { is } of outcomes) seen[is as keyof typeof seen] += 1
    }
    for (const [is, count] of Object.entries(seen)) assert.ok(count > 500, `${count} are ${is}`)
  })
})

test('T14: who needs a dead one fails at once, and names the one that it all began with', async () => {
  const broken = async (_: StartGiven, clock: Scene['clock']): Promise<Started> => {
    await clock.pause(5_000)
    return { is: 'not-up', says: 'its gate did not pass', exit: 4, mayPass: false }
  }
  const scene = await play([unit('network', []), unit('proxy', ['network'], broken), unit('login', ['proxy']), unit('page', ['login']), unit('backup', ['network'])])
  assert.deepEqual(scene.events, ['network begins 0 s', 'network up 60 s', 'proxy begins 60 s', 'backup begins 60 s', 'proxy not-up 65 s', 'login needs-dead 65 s', 'page needs-dead 65 s', 'backup up 120 s'])
  assert.deepEqual(scene.outcomes.map(({ says, cause }) => [says, cause]), [
    ['up', undefined],
    ['its gate did not pass', undefined],
    ['it needs proxy, which is not up: its gate did not pass', 'proxy'],
    ['it needs login, which needs proxy, which is not up: its gate did not pass', 'proxy'],
    ['up', undefined],
  ])
  assert.deepEqual(scene.outcomes.map(({ exit }) => exit), [0, 4, 4, 4, 0])
})

test('T14: a dead one is enough: what else its dependant waits for is not waited for', async () => {
  const scene = await play([unit('slow', [], after(9 * MINUTE)), unit('dead', [], async () => ({ is: 'not-up', says: 'no', exit: 4, mayPass: false })), unit('both', ['slow', 'dead'])])
  assert.ok(scene.events.indexOf('both needs-dead 0 s') >= 0, scene.events.join('\n'))
})

test('a unit whose first tries fail because the engine is not there yet, and that then turns healthy, is up, and nobody was given up', async () => {
  const third = async (_: StartGiven, clock: Scene['clock'], time: number): Promise<Started> => {
    await clock.pause(1_000)
    return time < 3 ? { is: 'not-up', says: 'the engine does not answer', exit: 3, mayPass: true } : UP
  }
  const scene = await play([unit('proxy', [], third), unit('page', ['proxy'])])
  assert.deepEqual(endsOf(scene), ['proxy up', 'page up'])
  assert.deepEqual(scene.outcomes.map(({ tries }) => tries), [3, 1])
  assert.deepEqual(scene.events.filter((event) => event.includes('again')).length, 2)
})

test('T12: at its limit a unit is told to go back, and has its grace for that', async () => {
  let wasAbandoned = true
  const long = async ({ cancel, abandon }: StartGiven, clock: Scene['clock']): Promise<Started> => {
    await clock.pause(60 * MINUTE, cancel)
    await clock.pause(50_000, abandon)
    wasAbandoned = abandon.aborted
    return { is: 'not-up', says: 'it went back', exit: 4, mayPass: false }
  }
  const scene = await play([unit('proxy', [], long), unit('page', ['proxy'])])
  assert.deepEqual(scene.events, ['proxy begins 0 s', 'proxy not-up 650 s', 'page needs-dead 650 s'])
  assert.equal(wasAbandoned, false)
  assert.equal(scene.outcomes[0]!.says, 'not up within 10 min: it went back')
})

test('T2: a unit that hangs and hears nothing ends the boot by its limit, as a failure that names it', async () => {
  const scene = await play([unit('proxy', [], () => new Promise(() => {})), unit('page', ['proxy'])])
  assert.deepEqual(scene.events, ['proxy begins 0 s', 'proxy not-up 670 s', 'page needs-dead 670 s'])
  assert.equal(scene.outcomes[0]!.says, 'not up within 10 min: it was told to go back and did not come to its end')
  assert.deepEqual(scene.outcomes.map(({ exit }) => exit), [4, 4])
})

test('T2: what may pass is tried again until its limit, and is then a failure', async () => {
  const scene = await play([unit('proxy', [], async () => ({ is: 'not-up', says: 'the engine does not answer', exit: 3, mayPass: true }))])
  assert.deepEqual([scene.events.at(-1), scene.outcomes[0]!.exit, scene.outcomes[0]!.says], ['proxy not-up 600 s', 3, 'not up within 10 min: the engine does not answer'])
})

test('tries that are operations and touch nothing come ever more rarely, up to once a minute; an engine that is away is asked on at once', async () => {
  const registryAway: Started = { is: 'not-up', says: 'the registry does not answer', exit: 3, mayPass: true, isUntouched: true }
  const engineAway: Started = { is: 'not-up', says: 'the engine does not answer', exit: 3, mayPass: true }
  const scene = await play([unit('proxy', [], async () => registryAway), unit('page', [], async () => engineAway), unit('both', [], async (_, clock) => (clock.monotonic() < 5 * MINUTE ? registryAway : engineAway))])
  const triedAt = (name: string) => scene.events.filter((event) => event.startsWith(`${name} again`)).map((event) => Number(event.split(' ')[2]))
  assert.deepEqual(triedAt('proxy').slice(0, 9), [0, 1, 2, 4, 8, 16, 32, 64, 124])
  assert.equal(triedAt('proxy').length, 16)
  assert.ok(triedAt('page').every((at, index, all) => index === 0 || at - all[index - 1]! <= 5), String(triedAt('page')))
  assert.ok(triedAt('both').filter((at) => at > 6 * MINUTE / 1_000).every((at, index, all) => index === 0 || at - all[index - 1]! <= 5), String(triedAt('both')))
})

test('an optional unit that fails is told, and holds nobody up who comes after it', async () => {
  const scene = await play([unit('metrics', [], async () => ({ is: 'not-up', says: 'no', exit: 4, mayPass: false }), { isOptional: true }), unit('page', [], undefined, { after: ['metrics'] })])
  assert.deepEqual(scene.events, ['metrics begins 0 s', 'metrics not-up 0 s', 'page begins 0 s', 'page up 60 s'])
})

test('what is left out counts as it is: who comes after it begins', async () => {
  const scene = await play([unit('proxy', []), unit('page', ['proxy'])], { leftOut: ['proxy'] })
  assert.deepEqual(scene.events, ['proxy left-out 0 s', 'page begins 0 s', 'page up 60 s'])
})

test('who waits for a unit that is no part of this boot does not wait', async () => {
  assert.deepEqual(endsOf(await play([unit('page', ['proxy'])])), ['page up'])
})

test('units that wait in a round are told, and nobody waits for them', async () => {
  const scene = await play([unit('a', ['b']), unit('b', ['a'])])
  assert.deepEqual(scene.outcomes.map(({ is, says, exit }) => [is, says, exit]), [['not-up', 'it waits in a round: a, b', 4], ['not-up', 'it waits in a round: a, b', 4]])
})

test('Ctrl-C: nothing new begins, and what is under way comes to its end', async () => {
  const scene = await play([unit('network', []), unit('proxy', ['network']), unit('page', ['proxy'])], { cancelAt: 61_000 })
  assert.deepEqual(scene.events, ['network begins 0 s', 'network up 60 s', 'proxy begins 60 s', 'proxy up 120 s', 'page ended 120 s'])
})

test('Ctrl-C: what goes back is waited for, and was ended, not broken', async () => {
  const back = async ({ cancel }: StartGiven, clock: Scene['clock']): Promise<Started> => {
    await clock.pause(5 * MINUTE, cancel)
    await clock.pause(30_000)
    return { is: 'not-up', says: 'it went back', exit: 4, mayPass: false }
  }
  const scene = await play([unit('proxy', [], back), unit('page', ['proxy'])], { cancelAt: 10_000 })
  assert.deepEqual([scene.events[1], endsOf(scene)[0]], ['proxy ended 40 s', 'proxy ended'])
})

test('Ctrl-C twice: even the way back is left', async () => {
  const stubborn = async ({ cancel, abandon }: StartGiven, clock: Scene['clock']): Promise<Started> => {
    await clock.pause(5 * MINUTE, cancel)
    await clock.pause(5 * MINUTE, abandon)
    return { is: 'not-up', says: 'it stands still', exit: 4, mayPass: false }
  }
  const scene = await play([unit('proxy', [], stubborn)], { cancelAt: 10_000, abandonAt: 12_000 })
  assert.deepEqual(scene.events, ['proxy begins 0 s', 'proxy ended 12 s'])
})

test('a mistake of ours in one unit comes out, after what is under way came to its end', async () => {
  let isOver = false
  const slow = async (_: StartGiven, clock: Scene['clock']): Promise<Started> => {
    await clock.pause(MINUTE)
    isOver = true
    return UP
  }
  const wrong = async () => {
    throw new TypeError('a mistake')
  }
  await assert.rejects(play([unit('odd', [], wrong), unit('proxy', [], slow), unit('page', ['proxy'])]), /a mistake/)
  assert.equal(isOver, true)
})

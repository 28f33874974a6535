import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JournalEntry, LastGood, OpenOperation, Outcome, PlatformHistory } from '../../domain/model/platform.ts'
import { readJournal, takeIn } from '../../domain/model/read-platform.ts'
import { type Journal, walk } from './operation.ts'
import { LeaveUntouched, type Step, TurnBack, type Ways } from './step.ts'

/** What stands on the disk, and what was done outside of it: both outlive whoever is killed. */
interface World {
  lines: string[]
  effects: string[]
}

/** `dies`: before or after its nth line; from there on nobody comes back. */
async function process(world: World, waysFor: (world: World) => Ways, dies?: { line: number; where: 'before' | 'after' }): Promise<'dead' | string> {
  const { promise: died, resolve } = Promise.withResolvers<'dead'>()
  const dead = () => {
    resolve('dead')
    return new Promise<never>(() => {})
  }
  const history = readJournal('journal.jsonl', world.lines.join('\n')) as PlatformHistory
  let written = 0
  const journal: Journal & { append(entry: JournalEntry): Promise<void> } = {
    history,
    async append(entry: JournalEntry) {
      written += 1
      if (dies?.line === written && dies.where === 'before') await dead()
      const line = { v: 1, n: history.lastN + 1, at: 0, ...entry } as const
      assert.equal(takeIn(history, line), undefined)
      world.lines.push(JSON.stringify(line))
      if (dies?.line === written && dies.where === 'after') await dead()
    },
  }
  const work = async () => {
    if (history.open) await journal.append({ entry: 'resumed', pid: 1 })
    else await journal.append(BEGUN)
    const never = new AbortController().signal
    const walked = await walk(journal, waysFor(world), { forward: never, back: never, again: 'start', onStep: () => {} })
    return walked.is === 'ended' ? walked.outcome.is : `paused: ${walked.why}`
  }
  return await Promise.race([died, work()])
}

const FROM: LastGood = { schema: 1, app: 'a', domain: 'a.test', recipe: 'a', version: '1.0.0+1', commit: 'c1', images: {}, gate: { asked: [], passes: 1, ms: 1 }, at: 0, adopted: false }
const BEGUN: JournalEntry = { entry: 'begun', operation: 'upgrade-1', kind: 'upgrade', stateless: true, from: FROM, to: { version: '1.1.0+2', commit: 'c2' }, pid: 1 }

const step = (world: World, name: string, then?: () => void): Step => ({
  name,
  act: async () => {
    world.effects.push(name)
    then?.()
    return { by: name }
  },
})

const arrived = ({ to }: OpenOperation): Outcome => ({ is: 'committed', version: to.version })
const takenBack = (): { is: 'rolled-back'; to: string; tried: string; why: string; blames: 'version' } => ({ is: 'rolled-back', to: '1.0.0+1', tried: '1.1.0+2', why: 'no', blames: 'version' })
const back = (world: World) => ({ intended }: OpenOperation) => (intended.includes('b') ? [step(world, 'undo b'), step(world, 'undo a')] : [])

const ways: Array<{ that: string; of(world: World): Ways; ends: string; does: string[] }> = [
  { that: 'forward to its end', of: (world) => ({ forward: ['a', 'b', 'c'].map((name) => step(world, name)), back: back(world), arrived, takenBack, isCommitted: () => false }), ends: 'committed', does: ['a', 'b', 'c'] },
  {
    that: 'forward, and back from the middle',
    of: (world) => ({ forward: [step(world, 'a'), step(world, 'b', () => { throw new TurnBack('it does not do', 'version') }), step(world, 'c')], back: back(world), arrived, takenBack, isCommitted: () => false }),
    ends: 'rolled-back', does: ['a', 'b', 'undo b', 'undo a'],
  },
  { that: 'left before anything was touched', of: (world) => ({ forward: [step(world, 'a', () => { throw new LeaveUntouched('no room') }), step(world, 'b')], back: back(world), arrived, takenBack, isCommitted: () => false }), ends: 'untouched', does: ['a'] },
]

describe('an operation', () => {
  for (const { that, of, ends, does } of ways) {
    test(`T23: ${that}: cut off at each end of each gap, the next one goes on with the first step that was not done, and no other is done again`, async () => {
      const whole: World = { lines: [], effects: [] }
      assert.equal(await process(whole, of), ends)
      assert.deepEqual(whole.effects, does)
      for (let line = 1; line <= whole.lines.length; line++) {
        for (const where of ['before', 'after'] as const) {
          const world: World = { lines: [], effects: [] }
          assert.equal(await process(world, of, { line, where }), 'dead')
          const isOver = where === 'after' && line === whole.lines.length
          const written = [...world.lines]
          if (!isOver) assert.equal(await process(world, of), ends, `${where} line ${line}`)
          assert.deepEqual(world.lines.slice(0, written.length), written, 'a journal only grows')
          // A step of which only the intent is on disk may have happened wholly: it alone is done twice.
          const last = written.map((text) => JSON.parse(text) as { entry: string; step?: string }).at(-1)
          const twice = where === 'before' && last?.entry === 'intend' ? last.step : undefined
          assert.deepEqual(world.effects, does.flatMap((name) => (name === twice ? [name, name] : [name])), `${where} line ${line}`)
        }
      }
    })
  }

  test('T23: one that was taken up again and again goes back, for it may be what kills them', async () => {
    const world: World = { lines: [], effects: [] }
    const [{ of }] = ways as [(typeof ways)[number]]
    assert.equal(await process(world, of, { line: 4, where: 'after' }), 'dead')
    for (let time = 0; time < 3; time++) assert.equal(await process(world, of, { line: 1, where: 'after' }), 'dead')
    assert.equal(await process(world, of), 'rolled-back')
    assert.deepEqual(world.effects, ['a', 'undo b', 'undo a'])
  })

  test('T23: one whose version is on the record goes forward, however often it is taken up, and whatever its last step says', async () => {
    const world: World = { lines: [], effects: [] }
    let says = true
    const of = (its: World): Ways => ({
      forward: [step(its, 'a'), step(its, 'b', () => { if (says) throw new TurnBack('it does not do', 'version') })],
      back: back(its), arrived, takenBack, isCommitted: ({ intended }) => intended.includes('b'),
    })
    for (let time = 0; time < 6; time++) assert.equal(await process(world, of), 'paused: b: it does not do.')
    says = false
    assert.equal(await process(world, of), 'committed')
    assert.deepEqual(world.effects, ['a', ...Array<string>(7).fill('b')])
  })
})

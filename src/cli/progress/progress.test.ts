import assert from 'node:assert/strict'
import test from 'node:test'
import type { RunEvent, TierRecord } from '../../domain/model/run.ts'
import { progressFor } from './progress.ts'

const START = 1_000_000

function rig(given: { isTerminal: boolean; colour?: boolean; columns?: number }) {
  let now = START
  let written = ''
  const timers: Array<{ ms: number; call: () => void; running: boolean }> = []
  const columns = { now: given.columns ?? 80 }
  const view = progressFor({
    stream: {
      write(text) {
        written += text
      },
    },
    isTerminal: given.isTerminal,
    colour: given.colour ?? false,
    clock: { now: () => now },
    columns: () => columns.now,
    every(ms, call) {
      const timer = { ms, call, running: true }
      timers.push(timer)
      return () => {
        timer.running = false
      }
    },
  })
  return {
    view,
    columns,
    timers,
    written: () => written,
    /** Time passes, and timers fire as they would. */
    pass(ms: number) {
      for (const end = now + ms; now < end; ) {
        const step = Math.min(60, end - now)
        const before = now
        now += step
        for (const timer of timers) if (timer.running && Math.floor(now / timer.ms) > Math.floor(before / timer.ms)) timer.call()
      }
    },
    at: () => now,
    screen: () => screenOf(written, columns.now),
  }
}

/** A terminal, as far as the view uses one. */
function screenOf(written: string, columns: number): string[] {
  const rows: string[] = ['']
  let row = 0
  for (const { 0: token } of written.matchAll(/\u001b\[\d*[A-Za-z]|[^\u001b]/gs)) {
    if (token === '\n') rows[++row] ??= ''
    else if (token === '\r') continue
    else if (token.endsWith('A') && token.startsWith('\u001b')) row = Math.max(0, row - Number(token.slice(2, -1)))
    else if (token === '\u001b[J') {
      rows.length = row
      rows[row] = ''
    } else if (!token.startsWith('\u001b')) {
      assert.ok(rows[row]!.length < columns, `a line reaches the edge: ${rows[row]}`)
      rows[row] += token
    }
  }
  return rows.filter((line, index) => line !== '' || index < rows.length - 1)
}

function tierRecord(more: Partial<TierRecord> = {}): TierRecord {
  return { name: 'install', verdict: 'pass', reason: '', ms: 13_400, steps: [], ...more }
}

const started: RunEvent = { kind: 'run-started', at: START, id: 'note-1a2b3c', recipe: 'notes', engine: 'local', domain: 'note-1a2b3c.localhost', plan: ['from 1.0.0 to 1.1.0'] }

function story(run: ReturnType<typeof rig>): void {
  const { view } = run
  view.event(started)
  view.event({ kind: 'tier-started', at: run.at(), tier: 'install', limitMs: 600_000 })
  view.event({ kind: 'step-started', at: run.at(), tier: 'install', step: 'wait until it is ready', waitsFor: 'the app to run', limitMs: 300_000 })
  run.pass(12_000)
  view.event({ kind: 'engine', at: run.at(), service: 'app', text: 'healthy\u001b[2J' })
  view.event({ kind: 'step-started', at: run.at(), tier: 'install', step: 'wait until it is ready', waitsFor: 'a good answer', limitMs: 300_000 })
}

test('on a terminal: the tier, the step, what it waits for, how long already and at most, in place', () => {
  const run = rig({ isTerminal: true })
  story(run)
  assert.deepEqual(run.screen().map((line) => line.replace(/^[⠀-⣿]/, '*')), [
    'notes on local, run note-1a2b3c, at note-1a2b3c.localhost',
    '  from 1.0.0 to 1.1.0',
    '* install  12 s of at most 10 min',
    '    wait until it is ready  12 s of at most 5 min',
    '      waits for a good answer',
    '    engine: app: healthy',
  ])
  run.view.event({ kind: 'step-ended', at: run.at(), tier: 'install', step: { name: 'wait until it is ready', verdict: 'pass', at: START, ms: 12_000 } })
  run.view.event({ kind: 'tier-ended', at: run.at(), tier: tierRecord() })
  run.view.event({ kind: 'note', at: run.at(), text: 'control run: does custom fail on 1.0.0 too?' })
  run.view.event({ kind: 'tier-ended', at: run.at(), tier: tierRecord({ name: 'upgrade', verdict: 'fail', reason: 'Data is gone after the upgrade: a file.', ms: 2_000 }) })
  run.view.stop()
  run.view.stop()
  assert.deepEqual(run.screen(), [
    'notes on local, run note-1a2b3c, at note-1a2b3c.localhost',
    '  from 1.0.0 to 1.1.0',
    '✓ install   passed  13 s',
    'control run: does custom fail on 1.0.0 too?',
    '✗ upgrade   failed  2.0 s',
    '  Data is gone after the upgrade: a file.',
  ])
})

test('the drawing moves while nothing happens, and no timer is left after stop', () => {
  const run = rig({ isTerminal: true })
  story(run)
  const before = run.screen()
  run.pass(1_000)
  assert.notDeepEqual(run.screen(), before)
  run.view.stop()
  assert.deepEqual(run.timers.map(({ running }) => running), [false])
  const after = run.written()
  run.pass(5_000)
  run.view.event({ kind: 'engine', at: run.at(), text: 'late' })
  assert.equal(run.written(), after, 'nothing is drawn any more')
  assert.deepEqual(run.screen(), before.slice(0, 2), 'what was drawn is gone, what happened stays')
})

test('a narrow terminal, long and wide texts: no line reaches the edge', () => {
  for (const columns of [12, 20, 33, 80]) {
    const run = rig({ isTerminal: true, columns })
    run.view.event({ kind: 'tier-started', at: START, tier: 'custom', limitMs: 1_000 })
    run.view.event({ kind: 'step-started', at: START, tier: 'custom', step: '検査'.repeat(30), waitsFor: 'é'.repeat(200) })
    run.pass(500)
    for (const line of run.screen()) assert.ok(line.length < columns)
    run.view.stop()
    assert.deepEqual(run.screen(), [])
  }
})

test('a terminal made narrower loses no line and leaves none', () => {
  const run = rig({ isTerminal: true, columns: 60 })
  run.view.event({ kind: 'tier-started', at: START, tier: 'install', limitMs: 600_000 })
  run.view.event({ kind: 'step-started', at: START, tier: 'install', step: 'x'.repeat(100) })
  const before = run.written().length
  run.columns.now = 30
  run.pass(120)
  // Two drawn lines of 32 and 59 columns: four rows now.
  assert.equal(run.written().slice(before, before + 8), '\r\u001b[4A\u001b[J')
})

test('NO_COLOR and a pipe get no colour; a terminal with colours gets them back to normal on each line', () => {
  const plain = rig({ isTerminal: true })
  story(plain)
  assert.doesNotMatch(plain.written(), /\u001b\[\d*m/)
  const coloured = rig({ isTerminal: true, colour: true })
  story(coloured)
  coloured.view.event({ kind: 'tier-ended', at: START, tier: tierRecord() })
  assert.match(coloured.written(), /\u001b\[32m✓ install {3}passed {2}13 s\u001b\[0m\n/)
  for (const line of coloured.written().split('\n')) assert.equal(line.split(/\u001b\[(?:2|3\d)m/).length, line.split('\u001b[0m').length, JSON.stringify(line))
})

test('elsewhere: plain lines with the time, and no control character', () => {
  const run = rig({ isTerminal: false })
  story(run)
  const { view } = run
  view.event({ kind: 'step-started', at: run.at(), tier: 'install', step: 'wait until it is ready', waitsFor: 'a good answer', limitMs: 300_000 })
  view.event({ kind: 'step-ended', at: run.at(), tier: 'install', step: { name: 'wait until it is ready', verdict: 'pass', at: START, ms: 12_000, reason: 'status 200' } })
  view.event({ kind: 'tier-ended', at: run.at(), tier: tierRecord() })
  run.pass(60_000)
  const reason = 'The service app ended and stays down.'
  view.event({ kind: 'tier-started', at: run.at(), tier: 'upgrade', limitMs: 900_000 })
  view.event({ kind: 'step-started', at: run.at(), tier: 'upgrade', step: 'deploy' })
  view.event({ kind: 'step-ended', at: run.at(), tier: 'upgrade', step: { name: 'deploy', verdict: 'fail', at: run.at(), ms: 1_500, reason } })
  view.event({ kind: 'tier-ended', at: run.at(), tier: tierRecord({ name: 'upgrade', verdict: 'fail', reason, ms: 1_500, steps: [{ name: 'deploy', verdict: 'fail', at: 1, ms: 1_500, reason }] }) })
  view.event({ kind: 'tier-ended', at: run.at(), tier: tierRecord({ name: 'backup', verdict: 'blocked', reason: 'Not reached: upgrade did not pass.', ms: 0 }) })
  view.stop()
  assert.equal(
    run.written(),
    [
      '00:00 notes on local, run note-1a2b3c, at note-1a2b3c.localhost',
      '00:00   from 1.0.0 to 1.1.0',
      '00:00 install, at most 10 min',
      '00:00   wait until it is ready: waits for the app to run (at most 5 min)',
      '00:12   engine: app: healthy',
      '00:12   wait until it is ready: waits for a good answer',
      '00:12   wait until it is ready: passed in 12 s. status 200',
      '00:12 install: passed in 13 s',
      '01:12 upgrade, at most 15 min',
      '01:12   deploy',
      '01:12   deploy: failed in 1.5 s. The service app ended and stays down.',
      '01:12 upgrade: failed in 1.5 s',
      '01:12 backup: not reached. Not reached: upgrade did not pass.',
      '',
    ].join('\n'),
  )
})

test('a log in which nothing moves says what it still waits for, about once a minute', () => {
  const run = rig({ isTerminal: false })
  story(run)
  const before = run.written().length
  run.pass(130_000)
  const lines = run.written().slice(before).trimEnd().split('\n')
  assert.equal(lines.length, 2)
  assert.match(lines[0]!, /^01:\d\d {3}still wait until it is ready, 1 min (\d+ s )?of at most 5 min: waits for a good answer$/)
  run.view.stop()
  assert.deepEqual(run.timers.map(({ running }) => running), [false])
})

test('a view does not keep the process alive', async () => {
  const { spawnSync } = await import('node:child_process')
  const script = `import { progressFor } from ${JSON.stringify(new URL('./progress.ts', import.meta.url).href)}
for (const isTerminal of [true, false]) progressFor({ stream: { write() {} }, isTerminal, colour: false, clock: Date, columns: () => 80 }).event({ kind: 'tier-started', at: 1, tier: 'install', limitMs: 1 })`
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 })
  assert.equal(ended.status, 0, String(ended.stderr))
})

import type { RunResults, StepRecord, TierRecord } from '../../src/domain/model/run.ts'

/** Records of runs as they really look, for every test that shows one. */
export const START = Date.UTC(2026, 4, 12, 9, 30, 0)

export interface Sample {
  results: RunResults
  /** By path, as `evidence` names it. */
  evidence: Record<string, string>
}

let at = START

function step(name: string, ms: number, more: Partial<StepRecord> = {}): StepRecord {
  const made: StepRecord = { name, verdict: 'pass', at, ms, ...more }
  at += ms
  return made
}

function tier(name: TierRecord['name'], steps: StepRecord[], more: Partial<TierRecord> = {}): TierRecord {
  return { name, verdict: 'pass', reason: '', ms: steps.reduce((sum, one) => sum + one.ms, 0), steps, ...more }
}

function greenTiers(): TierRecord[] {
  at = START + 6_400
  return [
    tier('lint', [], { ms: 40 }),
    tier('install', [
      step('deploy version 1.1.0+2.1.0', 1_800, { evidence: ['stack-base.yml'] }),
      step('wait until healthy', 11_300, { waitedFor: 'app and db: the wanted image runs and its health check passes', evidence: ['events.txt'] }),
      step('first good answer', 420, { waitedFor: 'status 200 from https://gues-1a2b3c.ci.example/', evidence: ['probe-install.txt'] }),
      step('write markers', 900, { reason: 'volume files, PostgreSQL guestbook' }),
    ]),
    tier('upgrade', [
      step('deploy the head', 1_500, { evidence: ['stack-head.yml'] }),
      step('wait until healthy', 9_800, { waitedFor: 'app: the new image runs; db: unchanged' }),
      step('read markers', 640),
      step('settle', 8_200, { waitedFor: 'no crash within 8.2 s' }),
    ]),
    tier('backup', [step('run the pre-hook of db', 1_200), step('back up', 4_700, { evidence: ['backup-list.txt'] }), step('open and inspect the artefact', 800, { reason: '14 files, 2.3 MiB' })]),
    tier('restore', [step('change the data', 700), step('restore', 5_100), step('read markers', 600)]),
    tier('custom', [step('check: sign the book', 2_300, { evidence: ['check-sign.txt'] }), step('check: list entries', 900)]),
    tier('teardown', [step('remove the stack', 3_900), step('look for leftovers', 500, { reason: 'nothing is left' })]),
  ]
}

export function greenSample(): Sample {
  const tiers = greenTiers()
  const results: RunResults = {
    schema: 1,
    id: 'gues-1a2b3c',
    recipe: 'guestbook',
    source: 'https://git.example/recipes/guestbook.git',
    commit: '4f3c2b1a09d8e7f6a5b4c3d2e1f00918273645aa',
    dirty: false,
    base: { version: '1.1.0+2.1.0', commit: 'aa11bb22cc33dd44ee55ff6600778899aabbccdd' },
    head: { version: '1.2.0+2.2.0', commit: '4f3c2b1a09d8e7f6a5b4c3d2e1f00918273645aa' },
    engine: 'swarm',
    lane: 'cold',
    domain: 'gues-1a2b3c.ci.example',
    partial: false,
    verdict: 'pass',
    blame: 'none',
    level: 5,
    levelReason: 'Every rung passed.',
    summary: { what: 'Everything that was asked for passed.', why: '', whose: '', next: '' },
    tiers,
    deploys: { expected: 1, seen: 1 },
    upgrade: { from: '1.1.0+2.1.0', to: '1.2.0+2.2.0', changed: ['app: image example/guestbook:2.1.0 → 2.2.0'], orphans: [] },
    data: {
      probed: [
        { service: 'app', kind: 'volume', what: 'files' },
        { service: 'db', kind: 'postgres', what: 'guestbook' },
      ],
      unprobed: [],
    },
    backup: { how: 'restic, with the labels of backup-bot', bytes: 2_412_000, files: 14, notCovered: [] },
    teardown: { verdict: 'pass', leftovers: [] },
    lint: [],
    images: [
      { name: 'example/guestbook:2.1.0', digest: 'sha256:1111222233334444555566667777888899990000aaaabbbbccccddddeeeeffff', pullMs: 2_100 },
      { name: 'example/guestbook:2.2.0', digest: 'sha256:2222222233334444555566667777888899990000aaaabbbbccccddddeeeeffff', pullMs: 1_300 },
      { name: 'postgres:16.4', digest: 'sha256:3333222233334444555566667777888899990000aaaabbbbccccddddeeeeffff', pullMs: 2_600 },
    ],
    peak: { memoryBytes: 193_000_000, diskBytes: 71_000_000 },
    settingsFrom: { checks: 'cc-ci.yml' },
    evidence: [
      { name: 'stack-base.yml', path: 'evidence/stack-base.yml', about: 'what was handed to the engine at the base' },
      { name: 'stack-head.yml', path: 'evidence/stack-head.yml', about: 'what was handed to the engine at the head' },
      { name: 'events.txt', path: 'evidence/events.txt', about: 'what the engine reported, in order' },
      { name: 'probe-install.txt', path: 'evidence/probe-install.txt', about: 'every answer of the probe' },
      { name: 'backup-list.txt', path: 'evidence/backup-list.txt', about: 'what is in the backup' },
      { name: 'check-sign.txt', path: 'evidence/check-sign.txt', about: 'what the check wrote' },
      { name: 'log-app-end.txt', path: 'evidence/log-app-end.txt', about: 'the last lines of service app' },
    ],
    reproduce: 'cc-ci run https://git.example/recipes/guestbook.git --ref 4f3c2b1a --base 1.1.0+2.1.0 --engine swarm',
    startedAt: START,
    endedAt: at + 300,
  }
  return {
    results,
    evidence: {
      'evidence/stack-base.yml': 'version: "3.8"\nservices:\n  app:\n    image: example/guestbook:2.1.0\n',
      'evidence/stack-head.yml': 'version: "3.8"\nservices:\n  app:\n    image: example/guestbook:2.2.0\n',
      'evidence/events.txt': '2026-05-12T09:30:08.201Z db created\n2026-05-12T09:30:11.930Z app exited with exit code 1\n2026-05-12T09:30:14.120Z app healthy\n',
      'evidence/probe-install.txt': '09:30:15.2 refused: connect ECONNREFUSED\n09:30:16.4 status 502\n09:30:18.1 status 200, 512 bytes\n',
      'evidence/backup-list.txt': '/volumes/files/uploads/one.png\n/volumes/db/backup.sql\n',
      'evidence/check-sign.txt': 'signed as <b>marker</b> & read back\n',
      'evidence/log-app-end.txt': `${'10.0.1.4 - - "GET / HTTP/1.1" 200\n'.repeat(30)}`,
    },
  }
}

export function redUpgradeSample(): Sample {
  const sample = greenSample()
  const { results } = sample
  const upgrade = results.tiers.find(({ name }) => name === 'upgrade')!
  const from = upgrade.steps[0]!.at
  const what = 'The service app starts and ends again and again.'
  const why = 'It ended 5 times, last with exit code 1, while everything else was calm. Its last line: “ERROR: relation "entries" does not exist at /app/migrations/0007_entries.py line 41”'
  upgrade.steps = [
    { name: 'deploy the head', verdict: 'pass', at: from, ms: 1_500, evidence: ['stack-head.yml'] },
    { name: 'wait until healthy', verdict: 'fail', at: from + 1_500, ms: 41_200, waitedFor: 'app: the new image runs and its health check passes', reason: `${what} ${why}`, cause: 'crash-loop', lastLines: ['migrating 0006 … done', 'migrating 0007 …', 'ERROR: relation "entries" does not exist at /app/migrations/0007_entries.py line 41'], evidence: ['log-app-upgrade.txt', 'events.txt'] },
  ]
  Object.assign(upgrade, { verdict: 'fail', cause: 'crash-loop', reason: `${what} ${why}`, ms: 42_700 })
  for (const tier of results.tiers) {
    if (['backup', 'restore', 'custom'].includes(tier.name)) Object.assign(tier, { verdict: 'blocked', reason: 'Not reached: upgrade did not pass. It needs what upgrade leaves behind.', ms: 0, steps: [] })
    if (tier.name === 'teardown') tier.steps = tier.steps.map((one, index) => ({ ...one, at: from + 44_000 + index * 3_900 }))
  }
  Object.assign(results, {
    verdict: 'fail',
    blame: 'change',
    level: 1,
    levelReason: 'Level 2 needs upgrade, and upgrade failed.',
    summary: { what, why, whose: 'This change: 1.1.0+2.1.0 works here, and this commit does not.', next: 'Mend what the last lines of app complain about; its whole log is in the evidence.' },
    backup: null,
    endedAt: from + 49_000,
  })
  results.evidence.push({ name: 'log-app-upgrade.txt', path: 'evidence/log-app-upgrade.txt', about: 'the last lines of service app when it failed' })
  sample.evidence['evidence/log-app-upgrade.txt'] = 'starting guestbook 2.2.0\nmigrating 0006 … done\nmigrating 0007 …\nERROR: relation "entries" does not exist at /app/migrations/0007_entries.py line 41\n'
  results.lint = [
    { file: 'compose.yml', line: 14, column: 5, rule: 'R002', severity: 'warning', message: 'The service app has no health check.', mend: 'Add `healthcheck:` with a command that fails when the app does not answer.' },
  ]
  const lint = results.tiers.find(({ name }) => name === 'lint')!
  Object.assign(lint, { verdict: 'fail', reason: 'compose.yml:14:5 R002 The service app has no health check.' })
  return sample
}

export function infraSample(): Sample {
  const sample = greenSample()
  const { results } = sample
  const install = results.tiers.find(({ name }) => name === 'install')!
  const what = 'The registry of postgres:16.4 cannot be reached from this host, or breaks off.'
  const why = 'It says: “dial tcp: lookup registry.example: i/o timeout”.'
  Object.assign(install, { verdict: 'infra', reason: `${what} ${why}`, ms: 30_000, steps: [{ name: 'pull images', verdict: 'infra', at: START + 800, ms: 30_000, waitedFor: 'postgres:16.4', reason: `${what} ${why}` }] })
  for (const tier of results.tiers) {
    if (['upgrade', 'backup', 'restore', 'custom'].includes(tier.name)) Object.assign(tier, { verdict: 'blocked', reason: 'Not reached: install did not pass. It needs what install leaves behind.', ms: 0, steps: [] })
    if (tier.name === 'teardown') Object.assign(tier, { verdict: 'infra', reason: 'The clean-up left 1 thing behind.', steps: [{ name: 'look for leftovers', verdict: 'infra', at: START + 31_000, ms: 2_000, reason: 'The clean-up left 1 thing behind.' }], ms: 2_000 })
  }
  Object.assign(results, {
    verdict: 'infra', blame: 'host', level: 0, levelReason: 'Level 1 needs install, and install met host trouble.',
    summary: { what, why, whose: 'This host, not the recipe.', next: 'Check the network of this host, then run this again. The recipe is not to blame.' },
    upgrade: null, backup: null, deploys: { expected: 1, seen: 0 }, images: [], peak: { memoryBytes: 0, diskBytes: 0 },
    data: { probed: [], unprobed: [] },
    teardown: { verdict: 'infra', leftovers: [{ kind: 'volume', id: 'gues-1a2b3c_files', name: 'gues-1a2b3c_files', run: 'gues-1a2b3c', stack: 'gues-1a2b3c_ci_example' }] },
    evidence: [], endedAt: START + 34_000,
  })
  return { results, evidence: {} }
}

/** Green, and yet there is something that nobody looked into: it must be seen. */
export function gapsSample(): Sample {
  const sample = greenSample()
  const { results } = sample
  for (const tier of results.tiers) {
    if (tier.name === 'backup' || tier.name === 'restore') Object.assign(tier, { verdict: 'not-applicable', reason: 'No backup covers the volume uploads. The base has no backup labels there either, so this is a gap, not a fault of the change.', ms: 0, steps: [] })
  }
  Object.assign(results, {
    level: 2, levelReason: 'No backup covers uploads: level 2 at most, until the base has backup labels or `notBackedUp` in its cc-ci.yml says why not.',
    data: { probed: [{ service: 'app', kind: 'volume', what: 'files' }], unprobed: [{ what: 'the database of service db', why: 'cc-ci does not know the image example/graphdb' }] },
    backup: { how: 'restic, with the labels of backup-bot', bytes: 0, files: 0, notCovered: ['uploads'] },
    upgrade: { from: '1.1.0+2.1.0', to: '1.2.0+2.2.0', changed: ['app: image example/guestbook:2.1.0 → 2.2.0', 'db: a new config'], orphans: ['worker'] },
  })
  return sample
}

/** As the first form was written: without the keys that came later. */
export function oldRecord(): Record<string, unknown> {
  const { results } = redUpgradeSample()
  const { levelReason, data, peak, settingsFrom, images, dirty, lint, deploys, ...old } = results
  return { ...old, tiers: results.tiers.map(({ steps, ...rest }) => (rest.name === 'upgrade' ? { ...rest, steps: steps.map(({ at: _, ...one }) => one) } : rest)) }
}

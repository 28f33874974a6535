import assert from 'node:assert/strict'
import test from 'node:test'
import type { Reason } from '../model/reason.ts'
import type { Blame, RunResults, TierRecord, Verdict } from '../model/run.ts'
import { headline, oneLine, outcomeWord, runWord, sayReason, verdictWord, whose } from './words.ts'

type Case = [reason: Reason, what: string, why: string, next: string]

const CASES: Case[] = [
  [
    { reason: 'crash-loop', service: 'app', exits: 5, exitCode: 1, lastLines: ['starting', 'FATAL: role "notes" does not exist', ''] },
    'The service app starts and ends again and again.',
    'It ended 5 times, last with exit code 1, while everything else was calm. Its last line: “FATAL: role "notes" does not exist”',
    'Mend what the last lines of app complain about; its whole log is in the evidence.',
  ],
  [
    { reason: 'crash-loop', service: 'app', exits: 2, lastLines: [] },
    'The service app starts and ends again and again.',
    'It ended twice, last without an exit code, while everything else was calm. It wrote nothing to its log.',
    'Mend what the last lines of app complain about; its whole log is in the evidence.',
  ],
  [
    { reason: 'crashed-after-ready', service: 'app', afterMs: 8200, exitCode: 137, lastLines: ["\u001b[31mout of memory\u001b[0m"] },
    'The service app came up, then crashed.',
    'It ended with exit code 137 (killed, often for want of memory) 8.2 s after it was up. Its last line: “out of memory”',
    'To come up is not enough: see in the log of app what it does right after its start.',
  ],
  [
    { reason: 'exited', service: 'worker', exitCode: 127, lastLines: ['/entrypoint.sh: line 3: gosu: not found'] },
    'The service worker ended and stays down.',
    'It ended with exit code 127 (command not found), and its restart policy does not start it again. Its last line: “/entrypoint.sh: line 3: gosu: not found”',
    'Mend what the last lines of worker complain about, or let it restart if it is meant to.',
  ],
  [
    { reason: 'unhealthy', service: 'db', lastLines: [], checkSays: 'pg_isready: no response' },
    'The service db runs, but its own health check fails.',
    'The health check says: “pg_isready: no response”. It wrote nothing to its log.',
    "Run the health check's command inside db: either the app is not well, or the check asks for the wrong thing.",
  ],
  [
    { reason: 'unhealthy', service: 'db', lastLines: ['ready'] },
    'The service db runs, but its own health check fails.',
    'What the health check said is not known. Its last line: “ready”',
    "Run the health check's command inside db: either the app is not well, or the check asks for the wrong thing.",
  ],
  [
    { reason: 'rejected', service: 'app', engineSays: 'invalid mount config for type "bind": bind source path does not exist: /srv/x' },
    'The engine will never start the service app.',
    'The engine says: “invalid mount config for type "bind": bind source path does not exist: /srv/x”.',
    'Mend the image or the mounts of app in compose.yml.',
  ],
  [
    { reason: 'unschedulable', service: 'app', engineSays: 'no suitable node (scheduling constraints not satisfied on 1 node)' },
    'No node can run the service app.',
    'The engine says: “no suitable node (scheduling constraints not satisfied on 1 node)”.',
    'Check the placement constraints and the resources that app reserves against the nodes of this host.',
  ],
  [
    { reason: 'host', what: 'the shared network has no free address left', engineSays: 'could not find an available IP' },
    'This host failed, not the recipe: the shared network has no free address left.',
    'The engine says: “could not find an available IP”.',
    'Mend the host (`cc-ci doctor` helps), then run this again.',
  ],
  [
    { reason: 'update-paused', service: 'app', engineSays: 'update paused due to failure or early termination of task x', lastLines: ['boom'] },
    'The engine paused the update of the service app.',
    'The engine says: “update paused due to failure or early termination of task x”. Its last line: “boom”',
    'The new version of app does not stay up: mend what its last lines complain about.',
  ],
  [
    { reason: 'engine-rolled-back', service: 'app', engineSays: 'rollback completed', lastLines: ['boom'] },
    'The new version of the service app failed, and the engine went back to the old one by itself.',
    'The engine says: “rollback completed”. Its last line: “boom”',
    'What answers now is the old version: mend what the new version of app complains about.',
  ],
  [
    { reason: 'wrong-image', service: 'app', wanted: 'sha256:aaaa', got: 'sha256:bbbb' },
    'The service app does not run the image that this commit asks for.',
    'Wanted sha256:aaaa, but sha256:bbbb runs.',
    'See in the evidence which task of app runs; a tag that moved during the run does this, too: run it again.',
  ],
  [
    { reason: 'deadline', waitedFor: 'app and db to become healthy', limitMs: 300000, lastSeen: 'db is starting', lastLines: ['replaying log'] },
    'Gave up after 5 min of waiting for app and db to become healthy.',
    'Last seen: db is starting. Its last line: “replaying log”',
    'See in the evidence what it was doing all this time. If it only needs longer, set `limits` in cc-ci.yml.',
  ],
  [
    { reason: 'behaviour', url: 'https://note-1a2b3c.example/', expected: 'status 200', got: 'status 502', lastLines: ['listening on 127.0.0.1'] },
    'https://note-1a2b3c.example/ does not answer as it should.',
    'Expected status 200, got status 502. Its last line: “listening on 127.0.0.1”',
    'Open that address on a deployed copy. If this answer is right, say so under `ready` or `checks` in cc-ci.yml.',
  ],
  [
    { reason: 'behaviour', url: 'https://wiki-1a2b3c.example/', expected: 'HTTP below 400', got: 'HTTP 404 from the proxy itself', noRouter: ['app'], lastLines: ['listening'] },
    'https://wiki-1a2b3c.example/ does not answer as it should.',
    'Expected HTTP below 400, got HTTP 404 from the proxy itself, while every service runs: the proxy has no router for this host.',
    "Check the labels of app under `deploy.labels`: traefik.enable, the router's rule and entrypoints, tls or tls.certresolver, traefik.docker.network.",
  ],
  [
    { reason: 'image-missing', image: 'example/notes:9.9.9', registrySays: 'manifest unknown' },
    'The image example/notes:9.9.9 does not exist.',
    'The registry says: “manifest unknown”.',
    'Correct the name or the tag in compose.yml, or push the image first.',
  ],
  [
    { reason: 'registry', image: 'example/notes:1', registrySays: 'dial tcp: i/o timeout', kind: 'unreachable' },
    'The registry of example/notes:1 cannot be reached from this host, or breaks off.',
    'It says: “dial tcp: i/o timeout”.',
    'Check the network of this host, then run this again. The recipe is not to blame.',
  ],
  [
    { reason: 'registry', image: 'example/notes:1', registrySays: 'toomanyrequests', kind: 'rate-limited' },
    'The registry refuses more downloads for now: example/notes:1.',
    'It says: “toomanyrequests”.',
    'Wait until the limit is over, or give cc-ci an account at the registry. The recipe is not to blame.',
  ],
  [
    { reason: 'registry', image: 'example/notes:1', registrySays: 'received unexpected HTTP status: 503', kind: 'broken' },
    'The registry failed while example/notes:1 was fetched.',
    'It says: “received unexpected HTTP status: 503”.',
    'Run this again later. The recipe is not to blame.',
  ],
  [
    { reason: 'deploy-refused', engineSays: 'services.app.deploy.replicas must be a integer' },
    'The engine refuses to deploy this recipe.',
    'The engine says: “services.app.deploy.replicas must be a integer”.',
    'Mend that in the compose files. `cc-ci recipe check` lists what else is wrong.',
  ],
  [
    { reason: 'recipe-invalid', problems: 3, first: 'compose.yml:4:3 unknown key `imagee`', engine: 'local' },
    'The recipe cannot be run: it has 3 mistakes, and nothing was created.',
    'The first one: compose.yml:4:3 unknown key `imagee`.',
    'Mend all of them; `cc-ci recipe check RECIPE --engine local` lists each with file, line and what to write instead.',
  ],
  [
    { reason: 'lint', problems: 1, first: 'compose.yml:14:5 R002 The service app has no health check.', engine: 'swarm' },
    'Lint has 1 warning.',
    'The first one: compose.yml:14:5 R002 The service app has no health check.',
    'None of them stops the recipe; `cc-ci recipe check RECIPE --engine swarm` lists each with what to write instead.',
  ],
  [
    { reason: 'moved-nothing' },
    'The upgrade changed nothing, so it proved nothing.',
    'After it, image, settings and configs of every service were what they were before.',
    'Name an older version with `--base`, or check that this commit really changes what is deployed.',
  ],
  [
    { reason: 'base-unusable', version: '1.0.0+1.0.0', says: 'the image example/notes:1.0.0 does not exist' },
    'No published version could be deployed to upgrade from, so the upgrade is not proven.',
    '1.0.0+1.0.0: The image example/notes:1.0.0 does not exist.',
    'Name a version that works with `--base`, or test this commit alone with `--base none`.',
  ],
  [
    { reason: 'data-unseen', what: 'postgres in db', why: 'exit code 2: connection refused' },
    'Whether the upgrade kept postgres in db is not known.',
    'It took no marker before the upgrade, and takes one after it. Before, it said: “exit code 2: connection refused”.',
    'Give its service a health check that passes once it takes data, then run it again.',
  ],
  [
    { reason: 'no-way-in', url: 'https://x.ci.test/healthz', expected: 'HTTP below 400', before: { by: 'router', services: ['app'] } },
    'No router leads to the app any more: nobody can ask https://x.ci.test/healthz.',
    'A router led to app in the base, and this commit has no HTTP router under `deploy.labels` and publishes no port.',
    'Put it back. If the app is to answer no HTTP any more, say `ready: { http: false }` in cc-ci.yml, in a change before this one.',
  ],
  [
    { reason: 'no-way-in', url: 'https://x.ci.test/healthz', expected: 'HTTP below 400 with "ok" in it', before: { by: 'nothing' } },
    'No router leads to the app: nobody can ask https://x.ci.test/healthz.',
    'cc-ci.yml asks it for HTTP below 400 with "ok" in it, and this commit has no HTTP router under `deploy.labels` and publishes no port.',
    'Add the Traefik labels to the service that answers, or say `ready: { http: false }` in cc-ci.yml if it is to answer no HTTP.',
  ],
  [
    { reason: 'ready-weakened', url: 'https://x.ci.test/healthz', base: 'HTTP below 400 with "ok" in it', got: 'HTTP 404: "no such page"', head: '/: HTTP 404' },
    'This commit asks less of the app than the base did, and what the base asked is not met.',
    'The base asks https://x.ci.test/healthz for HTTP below 400 with "ok" in it, and got HTTP 404: "no such page". This commit asks for /: HTTP 404.',
    'Put the old `ready` back in cc-ci.yml. If the new one is right, release it in a change before this one, or say it in the host\'s own file for this recipe.',
  ],
  [
    { reason: 'mount-moved', volume: 'data', service: 'app', from: '/data', to: ['/srv/data'] },
    'Whether the app still finds what is in the volume data is not known.',
    'The base mounts it at /data in app, and this commit at /srv/data. The volume kept its files; nothing asked the app for its data.',
    'Mount it at /data as before. If the app does look in the new place, let cc-ci.yml say under `data` how to write and read data through the app, in a change before this one.',
  ],
  [
    { reason: 'data-lost', what: 'the file marker in the volume data', when: 'upgrade', detail: 'the file is not there any more' },
    'Data is gone after the upgrade: the file marker in the volume data.',
    'It was written before the upgrade and could not be read back: the file is not there any more.',
    'Check that the new version keeps the same volumes, paths and database, and that its migration ran.',
  ],
  [
    { reason: 'data-lost', what: 'the table marker in notes', when: 'restore', detail: 'the row holds another value' },
    'Data is gone after the restore: the table marker in notes.',
    'It was written before the restore and could not be read back: the row holds another value.',
    'Check the backup labels and hooks: what is not in the backup does not come back.',
  ],
  [
    { reason: 'backup-empty', detail: 'the artefact holds 0 files' },
    'The backup holds nothing of value.',
    'The artefact holds 0 files.',
    'Check the labels `backupbot.backup…` and that the pre-hook really writes its file before the copy is made.',
  ],
  [
    { reason: 'data-lost', when: 'restore', what: 'redis in redis', detail: 'it still holds the change', unloaded: { service: 'redis', hasHook: false } },
    'Data is gone after the restore: redis in redis.',
    'What the backup holds of it was put back beneath the running database, which still has in memory what was written after the backup.',
    'Add a `backupbot.restore.post-hook` to redis that loads its files again, or dump before the backup and load after the restore by hooks.',
  ],
  [
    { reason: 'data-lost', when: 'restore', what: 'redis in redis', detail: 'it still holds the change', unloaded: { service: 'redis', hasHook: true } },
    'Data is gone after the restore: redis in redis.',
    'What the backup holds of it was put back beneath the running database, which still has in memory what was written after the backup.',
    'Check the `backupbot.restore.post-hook` of redis: it must load what came back into the running database.',
  ],
  [
    { reason: 'hook-failed', service: 'redis', hook: 'restore post', exitCode: 137, lastLines: [] },
    'A restore post hook failed in the service redis.',
    'It was killed (exit code 137), as when its container ends while it runs. It wrote nothing to its log.',
    "Run the hook's command inside redis of a deployed copy.",
  ],
  [
    { reason: 'hook-failed', service: 'redis', hook: 'restore post', exitCode: 137, container: 'ended', lastLines: [] },
    'A restore post hook failed in the service redis.',
    'Its container ended while the hook ran. It wrote nothing to its log.',
    'Let the hook leave its container running: with the program that the container of redis was started for, the hook ends, too.',
  ],
  [
    { reason: 'hook-failed', service: 'redis', hook: 'restore post', exitCode: 137, container: 'out-of-memory', lastLines: [] },
    'A restore post hook failed in the service redis.',
    'Its container was killed while the hook ran, for want of memory. It wrote nothing to its log.',
    "Run the hook's command inside redis of a deployed copy.",
  ],
  [
    { reason: 'restore-left-behind', what: 'a file in the volume data' },
    'The restore left something behind that came after the backup: a file in the volume data.',
    'It was written after the backup was taken, and a restore must bring back that moment alone.',
    'Let the restore hooks empty the data first (for a database: drop and create it) and then load the backup.',
  ],
  [
    { reason: 'hook-failed', service: 'db', hook: 'backup pre', exitCode: 1, lastLines: ['pg_dump: error'] },
    'A backup pre hook failed in the service db.',
    'It ended with exit code 1. Its last line: “pg_dump: error”',
    "Run the hook's command inside db of a deployed copy.",
  ],
  [
    { reason: 'check-failed', check: 'login', exitCode: 1, lastLines: ['expected 200, got 401'] },
    "The recipe's own check “login” failed.",
    'It ended with exit code 1. Its last line: “expected 200, got 401”',
    'Read its log in the evidence: either the app is wrong, or the check is.',
  ],
  [
    { reason: 'check-failed', check: 'front page', exitCode: null, says: 'HTTP 404: "nothing here"', lastLines: [] },
    'The recipe\'s own check “front page” failed.',
    'It got HTTP 404: "nothing here".',
    'Read its log in the evidence: either the app is wrong, or the check is.',
  ],
  [
    { reason: 'check-failed', check: 'login', exitCode: null, limitMs: 90_000, lastLines: [] },
    "The recipe's own check “login” failed.",
    'It did not end within 1 min 30 s. It wrote nothing to its log.',
    'Read its log in the evidence: either the app is wrong, or the check is.',
  ],
  [
    { reason: 'check-skipped', check: 'login', says: 'no identity provider' },
    "The recipe's own check “login” skipped itself, so it proved nothing.",
    'It says: “no identity provider”.',
    'Give it what it needs, or declare the tier not applicable in cc-ci.yml with the reason.',
  ],
  [
    { reason: 'secret-missing', secret: 'smtp_password', mend: 'put a value under `secrets` in settings.yml' },
    'The secret smtp_password has no value, and the recipe says not to make one up.',
    'This host keeps no value of it for this recipe.',
    'Put a value under `secrets` in settings.yml.',
  ],
  [
    { reason: 'need-unknown', recipe: 'keycloak', mend: 'add it under "recipes" in the host\'s settings' },
    'The recipe needs keycloak, and this host does not know where that is.',
    'It stands under `needs` in cc-ci.yml; only the settings of the host say which recipe is meant.',
    'Add it under "recipes" in the host\'s settings.',
  ],
  [
    { reason: 'need-failed', recipe: 'keycloak', says: 'The service app ended again and again.' },
    'keycloak, which the recipe needs, does not run.',
    'The service app ended again and again.',
    'Run keycloak alone to see more of it, mend it, then run this one again.',
  ],
  [
    { reason: 'not-covered', volumes: ['data'], nameless: [] },
    'No backup covers the volume data.',
    'The base has no backup labels there either, so this is a gap, not a fault of the change.',
    'Add `backupbot.backup` labels, or say under `notBackedUp` in cc-ci.yml why the data need not be kept.',
  ],
  [
    { reason: 'not-covered', volumes: ['/data in app'], nameless: ['/data in app'] },
    'No backup covers the volume /data in app.',
    'Without a name no label can cover it, and each new container begins with an empty one.',
    'Give /data in app a name under `volumes`. Add `backupbot.backup` labels, or say under `notBackedUp` in cc-ci.yml why the data need not be kept.',
  ],
  [
    { reason: 'not-covered', volumes: ['a', 'b', 'c'], nameless: [] },
    'No backup covers the volumes a, b and c.',
    'The base has no backup labels there either, so this is a gap, not a fault of the change.',
    'Add `backupbot.backup` labels, or say under `notBackedUp` in cc-ci.yml why the data need not be kept.',
  ],
  [
    { reason: 'coverage-dropped', volumes: ['data'] },
    'This commit takes the volume data out of the backup.',
    'The base has backup labels there and the head has none, so backup and restore could not be verified.',
    'Put the `backupbot.backup` labels back. To give it up on purpose, declare it in cc-ci.yml in a change before this one.',
  ],
  [
    { reason: 'checks-dropped', checks: ['login', 'front page'] },
    'This commit takes 2 checks away: login and front page.',
    'The base has them and the head does not, so what they proved is no longer proven.',
    'Put them back. To give one up on purpose, do it in a change of its own, and know that this tier stays unverified there.',
  ],
  [
    { reason: 'declared', says: 'the app keeps no data', by: 'cc-ci.yml' },
    'Declared not applicable.',
    'cc-ci.yml says: “the app keeps no data”.',
    'Nothing to do.',
  ],
  [
    { reason: 'structural', says: 'the recipe has no older version' },
    'Does not apply here.',
    'The recipe has no older version.',
    'Nothing to do.',
  ],
  [
    { reason: 'conflict', what: 'port 25', with: 'the stack mail' },
    'This host cannot run the recipe beside what it already runs: port 25 is taken.',
    'It is in use by the stack mail.',
    'Run it on a host where that is free, or let the recipe take it from a setting.',
  ],
  [
    { reason: 'leftovers', resources: [{ kind: 'volume', id: 'v', name: 'note_data' }, { kind: 'network', id: 'n', name: 'note_internal' }] },
    'The clean-up left 2 things behind.',
    'Still there: volume note_data and network note_internal.',
    '`cc-ci runs clean` removes what is left. This says nothing about the recipe.',
  ],
  [
    { reason: 'interrupted', by: 'Ctrl-C' },
    'The run was stopped before its end.',
    'It was stopped by Ctrl-C.',
    'Run it again.',
  ],
  [
    { reason: 'blocked-by', tier: 'install' },
    'Not reached: install did not pass.',
    'It needs what install leaves behind.',
    'Mend install first.',
  ],
  [
    { reason: 'not-asked-for' },
    'Not asked for.',
    'This run was asked for other tiers only.',
    'Leave `--tier` out to run all of them.',
  ],
  [
    { reason: 'our-mistake', message: "Cannot read properties of undefined (reading 'x')" },
    'cc-ci itself failed. This says nothing about the recipe.',
    "It says: “Cannot read properties of undefined (reading 'x')”.",
    'Please report it, with this page.',
  ],
]

test('every reason is said in words that a maintainer understands', async (t) => {
  for (const [reason, what, why, next] of CASES) {
    await t.test(what, () => assert.deepEqual(sayReason(reason), { what, why, next }))
  }
})

test('the cases above know every reason there is', () => {
  const told = new Set(CASES.map(([reason]) => reason.reason))
  const all: Record<Reason['reason'], true> = {
    'crash-loop': true, 'crashed-after-ready': true, exited: true, unhealthy: true, rejected: true, unschedulable: true, host: true, 'update-paused': true,
    'engine-rolled-back': true, 'wrong-image': true, deadline: true, behaviour: true, 'no-way-in': true, 'ready-weakened': true, 'image-missing': true, registry: true, 'deploy-refused': true,
    'recipe-invalid': true, 'moved-nothing': true, lint: true, 'base-unusable': true, 'data-lost': true, 'data-unseen': true, 'mount-moved': true, 'backup-empty': true, 'restore-left-behind': true, 'hook-failed': true,
    'check-failed': true, 'check-skipped': true, 'secret-missing': true, 'need-unknown': true, 'need-failed': true, 'not-covered': true, 'coverage-dropped': true, 'checks-dropped': true, declared: true, structural: true,
    conflict: true, leftovers: true, interrupted: true, 'blocked-by': true, 'not-asked-for': true, 'our-mistake': true,
  }
  assert.deepEqual(Object.keys(all).filter((name) => !told.has(name as Reason['reason'])), [])
})

test('a long last line is cut, and an empty one is passed over', () => {
  const said = sayReason({ reason: 'exited', service: 'app', lastLines: ['x'.repeat(500), '  ', ''] })
  assert.equal(said.why, `It ended, and its restart policy does not start it again. Its last line: “${'x'.repeat(199)}…”`)
})

test('whose doing it is', () => {
  const said: Array<[Blame, string | null, string]> = [
    ['change', '1.0.0+1.0.0', 'This change: 1.0.0+1.0.0 works here, and this commit does not.'],
    ['change', null, 'This change.'],
    ['recipe', '1.0.0+1.0.0', 'The recipe, not this change: 1.0.0+1.0.0 fails here in the same way.'],
    ['recipe', null, 'The recipe; there is no version to compare with.'],
    ['host', null, 'This host, not the recipe.'],
    ['cc-ci', null, 'cc-ci itself, not the recipe.'],
    ['none', null, 'Nobody: nothing is broken.'],
  ]
  for (const [blame, base, sentence] of said) assert.equal(whose(blame, base), sentence)
  const unknown = 'This change, as far as is known: nobody tried whether 1.0.0+1.0.0 fails here in the same way. No control run: the disk is full.'
  const other = 'This change, as far as is known: 1.0.0+1.0.0 fails here in restore, too, but for another reason: Data is gone after the restore: notes.'
  assert.equal(whose('change', '1.0.0+1.0.0', { control: { is: 'fails-otherwise', tier: 'restore', says: 'Data is gone after the restore: notes.' } }), other)
  assert.equal(whose('change', '1.0.0+1.0.0', { control: { is: 'none', why: 'the disk is full.' } }), unknown)
  assert.equal(whose('recipe', null, { noBase: 'every published version deploys the same thing as the head' }), 'The recipe; there is no version to compare with: every published version deploys the same thing as the head.')
})

test('a verdict is one word or two', () => {
  assert.deepEqual((['pass', 'fail', 'blocked', 'infra', 'not-applicable', 'unverified'] as const).map(verdictWord), [
    'passed', 'failed', 'not reached', 'host trouble', 'not applicable', 'not proven',
  ])
})

test('what was ended from outside is called stopped, and a lint that only warns is no failure', () => {
  const tier = (name: TierRecord['name'], verdict: Verdict, cause?: string): TierRecord => ({ name, verdict, reason: '', ...(cause !== undefined && { cause }), ms: 1, steps: [] })
  assert.deepEqual([['infra', 'interrupted'], ['infra', 'host'], ['fail', 'lint'], ['fail', 'recipe-invalid'], ['pass', undefined]].map(([verdict, cause]) => outcomeWord(tier('lint', verdict as Verdict, cause))), [
    'stopped', 'host trouble', 'warnings', 'failed', 'passed',
  ])
  const stopped = tier('upgrade', 'infra', 'interrupted')
  assert.equal(runWord({ verdict: 'infra', tiers: [tier('lint', 'fail', 'lint'), tier('install', 'pass'), stopped] }), 'stopped')
  assert.equal(runWord({ verdict: 'infra', tiers: [tier('install', 'infra', 'host'), stopped] }), 'host trouble', 'it was in trouble before')
  assert.equal(runWord({ verdict: 'fail', tiers: [tier('install', 'fail', 'exited'), tier('teardown', 'infra', 'interrupted')] }), 'failed', 'it had failed before')
  assert.equal(runWord({ verdict: 'pass', tiers: [stopped] }), 'passed')
})

test('a headline says the recipe, the outcome and the one thing to know', () => {
  const green: Parameters<typeof headline>[0] = {
    recipe: 'notes', verdict: 'pass', level: 5, partial: false, tiers: [], startedAt: 0, endedAt: 72_000,
    summary: { what: 'Everything passed.', why: '', whose: '', next: '' },
  }
  const red: Partial<RunResults> = {
    verdict: 'fail', level: 1,
    tiers: [{ name: 'install', verdict: 'pass', reason: '', ms: 1, steps: [] }, { name: 'upgrade', verdict: 'fail', reason: 'x', ms: 1, steps: [] }],
    summary: { what: 'Data is gone after the upgrade: a file.', why: '', whose: '', next: '' },
  }
  assert.equal(headline(green), 'notes: passed at level 5 in 1 min 12 s.')
  assert.equal(headline({ ...green, level: null, partial: true }), 'notes: passed in 1 min 12 s, but not all tiers were asked for.')
  assert.equal(headline({ ...green, ...red }), 'notes: failed in upgrade. Data is gone after the upgrade: a file.')
  const lint = { name: 'lint' as const, verdict: 'fail' as const, reason: 'x', ms: 1, steps: [] }
  assert.equal(headline({ ...green, ...red, tiers: [lint, ...red.tiers!] }), 'notes: failed in upgrade. Data is gone after the upgrade: a file.', 'lint is beside the point')
  assert.equal(headline({ ...green, ...red, tiers: [lint] }), 'notes: failed in lint. Data is gone after the upgrade: a file.', 'unless it is all there is')
  assert.equal(headline({ ...green, verdict: 'unverified', summary: { what: '', why: '', whose: '', next: '' } }), 'notes: not proven.')
})

test('a tier carries its reason as one line', () => {
  assert.equal(oneLine({ reason: 'moved-nothing' }), 'The upgrade changed nothing, so it proved nothing. After it, image, settings and configs of every service were what they were before.')
})

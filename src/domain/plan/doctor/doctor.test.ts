import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pruneJobsIn } from '../prune-jobs.ts'
import { certificateFinding } from './certificate.ts'
import type { Finding } from './finding.ts'
import { wildcardFinding } from './names.ts'
import { mendNoSwarm, type NoSwarm } from './no-swarm.ts'
import { pullFinding } from './pulls.ts'
import { failedJobFindings, ownPruneFinding } from './tidying.ts'
import { timeFinding } from './time.ts'
import { toolFindings } from './tools.ts'
import { versionFindings } from './versions.ts'

const DAY = 24 * 60 * 60_000
const NOW = 1_000 * DAY

const cases: Array<[that: string, found: Finding | Finding[] | undefined, state: Finding['state'] | undefined, says?: RegExp]> = [
  ['engine 20.10 is known to be good', versionFindings({ engine: '20.10.24+dfsg1', client: undefined }), 'good', /20\.10\.24/],
  ['engine 29 is good', versionFindings({ engine: '29.1.0', client: undefined }), 'good'],
  ['engine 17 is refused', versionFindings({ engine: '17.12.1-ce', client: undefined }), 'trouble', /too old/],
  ['engine 19.03 may do', versionFindings({ engine: '19.03.15', client: undefined }), 'note', /may do/],
  ['an old client is refused, too', versionFindings({ engine: undefined, client: '18.09.1' }), 'trouble', /too old/],
  ['a version that is none is no trouble', versionFindings({ engine: 'dev', client: undefined }), 'note'],
  ['nothing is said of what is not known', versionFindings({ engine: undefined, client: undefined }), undefined],

  ['a clock that a time server keeps', timeFinding({ kept: true, skewMs: undefined }), 'good'],
  ['one that nobody keeps', timeFinding({ kept: false, skewMs: 0 }), 'trouble', /drifts/],
  ['one that is ahead, whatever keeps it', timeFinding({ kept: true, skewMs: 61_000 }), 'trouble', /61 s ahead/],
  ['one that is behind', timeFinding({ kept: undefined, skewMs: -3_600_000 }), 'trouble', /3600 s behind/],
  ['one that agrees with somebody', timeFinding({ kept: undefined, skewMs: 900 }), 'good', /agrees/],
  ['one of which nothing is known', timeFinding({ kept: undefined, skewMs: undefined }), 'note'],

  ['a mirror ends the question', pullFinding({ hasLogin: false, mirrors: ['http://127.0.0.1:5000/'], hub: undefined }), 'good', /127\.0\.0\.1/],
  ['a hub that was not reached is no trouble', pullFinding({ hasLogin: true, mirrors: [], hub: undefined }), 'note', /not reached/],
  ['T34: few fetches left are trouble', pullFinding({ hasLogin: false, mirrors: [], hub: { limit: 100, left: 19 } }), 'trouble', /19 more of 100/],
  ['T34: so they are with an account', pullFinding({ hasLogin: true, mirrors: [], hub: { limit: 200, left: 0 } }), 'trouble'],
  ['enough of them without an account are worth a note', pullFinding({ hasLogin: false, mirrors: [], hub: { limit: 100, left: 100 } }), 'note', /shared/],
  ['enough of them with an account are good', pullFinding({ hasLogin: true, mirrors: [], hub: { limit: 200, left: 180 } }), 'good'],
  ['no limit is good', pullFinding({ hasLogin: false, mirrors: [], hub: { limit: undefined, left: undefined } }), 'good'],

  ['a wildcard that leads here', wildcardFinding({ domain: 'ci.test', addresses: ['192.0.2.1'], own: ['127.0.0.1', '192.0.2.1'] }), 'good'],
  ['one that leads nowhere', wildcardFinding({ domain: 'ci.test', addresses: [], own: ['192.0.2.1'] }), 'trouble', /nowhere/],
  ['one that leads elsewhere, perhaps rightly', wildcardFinding({ domain: 'ci.test', addresses: ['192.0.2.9'], own: ['10.0.0.2'] }), 'note', /192\.0\.2\.9/],
  ['no server of names', wildcardFinding({ domain: 'ci.test', addresses: undefined, own: [] }), 'note'],

  ['a certificate for long', certificateFinding({ domain: 'ci.test', shown: { is: 'certificate', validTo: NOW + 60 * DAY }, now: NOW }), 'good', /60 days/],
  ['one that ends soon', certificateFinding({ domain: 'ci.test', shown: { is: 'certificate', validTo: NOW + 13.5 * DAY }, now: NOW }), 'trouble', /13 days/],
  ['one that has ended', certificateFinding({ domain: 'ci.test', shown: { is: 'certificate', validTo: NOW }, now: NOW }), 'trouble', /has ended/],
  ["the proxy's default one", certificateFinding({ domain: 'ci.test', shown: { is: 'wrong', says: 'TRAEFIK DEFAULT CERT' }, now: NOW }), 'trouble', /DEFAULT/],
  ['a proxy that does not answer', certificateFinding({ domain: 'ci.test', shown: { is: 'nobody', says: 'connect ECONNREFUSED' }, now: NOW }), 'trouble', /does not answer/],

  ['every tool is there', toolFindings([{ name: 'git', isThere: true, for: 'x', mend: 'y' }]), 'good', /^git$/],
  ['T40: one is missing', toolFindings([{ name: 'git', isThere: false, for: 'no recipe can be fetched', mend: 'apt-get install git' }, { name: 'docker', isThere: true, for: 'x', mend: 'y' }]), 'trouble', /git is missing/],

  ['a host without runs needs no prune', ownPruneFinding({ last: null, runs: 0, now: NOW }), undefined],
  ['one with runs does', ownPruneFinding({ last: null, runs: 3, now: NOW }), 'note', /never ran/],
  ['T24: a prune that fails every day is seen', ownPruneFinding({ last: { at: NOW, troubles: ['the engine is away'] }, runs: 3, now: NOW }), 'trouble', /the engine is away/],
  ['T24: a prune that no longer comes is seen', ownPruneFinding({ last: { at: NOW - 3.5 * DAY, troubles: [] }, runs: 3, now: NOW }), 'trouble', /3 days ago/],
  ['one that came and did all is good', ownPruneFinding({ last: { at: NOW - DAY, troubles: [] }, runs: 3, now: NOW }), 'good'],

  ["T24: somebody's prune job that failed unseen", failedJobFindings(pruneJobsIn(new Map([['/etc/systemd/system/tidy.service', 'ExecStart=docker system prune -af --volumes --filter until=24h\n']])), ['tidy.service', 'other.service']), 'trouble', /^tidy\.service .* failed/],
  ['T24: also where a drop-in says what it does', failedJobFindings(pruneJobsIn(new Map([['/etc/systemd/system/tidy.service.d/more.conf', 'ExecStart=docker volume prune -f\n']])), ['tidy.service']), 'trouble'],
  ['one that works is no finding of this kind', failedJobFindings(pruneJobsIn(new Map([['/etc/systemd/system/tidy.service', 'ExecStart=docker system prune -f\n']])), ['other.service']), undefined],
]
for (const [that, found, state, says] of cases) {
  test(that, () => {
    const all = [found ?? []].flat()
    assert.equal(all.length, state === undefined ? 0 : 1, JSON.stringify(all))
    assert.equal(all[0]?.state, state)
    if (says) assert.match(all[0]!.says, says)
    if (state === 'trouble') assert.ok(all[0]!.mend, 'trouble has a mend')
  })
}

test('where no Swarm can be worked with, the mend is for what is wrong', () => {
  const ours = 'unix:///var/run/docker.sock'
  const cases: Array<[NoSwarm, string | undefined]> = [
    [{ because: 'no-answer', address: ours, hasDocker: false }, 'install Docker, then: docker swarm init'],
    [{ because: 'no-answer', address: ours, hasDocker: true }, 'systemctl start docker; cc-ci has to run as root, or in the group docker'],
    [{ because: 'no-answer', address: 'tcp://10.0.0.1:2375', hasDocker: true }, 'start the engine at tcp://10.0.0.1:2375, or name another: docker.host in the settings, or DOCKER_HOST'],
    [{ because: 'no-swarm', address: ours, hasDocker: true }, 'docker swarm init'],
    [{ because: 'no-swarm', address: 'tcp://10.0.0.1:2375', hasDocker: false }, 'docker --host tcp://10.0.0.1:2375 swarm init'],
    [{ because: 'other', address: ours, hasDocker: true }, undefined],
  ]
  for (const [given, mend] of cases) assert.equal(mendNoSwarm(given), mend)
})

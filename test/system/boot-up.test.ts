// time limit: 600 s, because a host is brought up from nothing by the real proxy and the real engine, restarted, and taken down
/** An operator brings a host up that has an engine and nothing else: no Swarm, no network, no app. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse, stringify } from 'yaml'
import type { BootRecord, UnitOutcome } from '../../src/domain/model/boot.ts'
import { openOwnHost, type OwnHost } from '../rig/own-host.ts'
import { places } from '../rig/places.ts'
import { checkout, cli, temporaryFolder } from '../support/cli.ts'
import { visit } from '../support/visitor.ts'

interface Boot extends BootRecord {
  exit: number
  tookMs: number
  criticalMs: number
  critical: string[]
}

const PAGE = (version: string, command: string) => `version: "3.8"
services:
  app:
    image: busybox:1.35
    command: [sh, -c, ${JSON.stringify(command)}]
    networks: [proxy]
    volumes: [data:/data]
    deploy:
      endpoint_mode: dnsrr
      labels:
        - "traefik.enable=true"
        - "traefik.http.services.\${STACK_NAME}.loadbalancer.server.port=3000"
        - "traefik.http.routers.\${STACK_NAME}.rule=Host(\`\${DOMAIN}\`)"
        - "traefik.http.routers.\${STACK_NAME}.entrypoints=web-secure"
        - "traefik.http.routers.\${STACK_NAME}.tls=true"
        - "coop-cloud.\${STACK_NAME}.version=${version}"
networks:
  proxy: { external: true }
volumes:
  data:
`
const SERVES = 'date >> /data/starts; echo the page > /tmp/index.html; exec httpd -f -p 3000 -h /tmp'
const PORT = 18484

let folder: ReturnType<typeof temporaryFolder>
let host: OwnHost
let own: ReturnType<typeof places>
let certificate: string
const within = (name: string) => join(folder.path, name)

const env = () => ({ ...host.env, CCCI_SETTINGS: within('settings.yml') })
const cc = (...args: string[]) => cli([...args, '--state', within('state')], { env: env(), through: host.inside })

async function boot(...args: string[]): Promise<{ code: number | null; boot: Boot; err: string }> {
  const { code, out, err } = await cc('boot', ...args, '--json')
  assert.notEqual(out, '', err)
  return { code, err, boot: JSON.parse(out) as Boot }
}

const short = (units: readonly UnitOutcome[]) => units.map(({ unit, is, did }) => `${unit} ${is}${did ? ', done' : ''}`)
const containers = async () => (await host.docker('ps', '--no-trunc', '--format', '{{.ID}} {{.Names}}')).split('\n').toSorted()

async function seenAt(name: string, path = '/'): Promise<string | undefined> {
  const visitor = visit({ url: `https://${name}${path}`, port: 443, ca: join(own.authority, 'ca.pem'), through: host.inside })
  await visitor.sees('')
  return (await visitor.leave()).first
}

function writeRecipe(name: string, version: string, command: string): string {
  const recipe = within(name)
  mkdirSync(join(recipe, version), { recursive: true })
  writeFileSync(join(recipe, version, 'compose.yml'), PAGE(version, command))
  writeFileSync(join(recipe, version, '.env.sample'), `TYPE=${name}\nDOMAIN=${name}.example.com\n`)
  return recipe
}

/** `server`: where it listens. `more`: apps after the page. */
function writeSettings(server: string | undefined, more: Record<string, object> = {}): void {
  const rig = parse(readFileSync(own.settings, 'utf8')) as { proxy: object }
  const limits = { deploy: '40s', rollback: '60s', start: '3m' }
  writeFileSync(within('settings.yml'), stringify({
    ...rig,
    proxy: { ...rig.proxy, port: 443, subnet: '10.77.0.0/20' },
    allow: { traefik: [`host-bind:${own.socket}`, 'proxy-internal:api@internal', 'host-port:80/tcp', 'host-port:443/tcp'] },
    secrets: { 'wildcard-certificate': { file: join(certificate, 'proxy.pem'), recipes: ['traefik'] }, 'wildcard-key': { file: join(certificate, 'proxy.key'), recipes: ['traefik'] } },
    platform: {
      traefik: { recipe: join(checkout, 'platform', 'traefik'), domain: 'traefik.ci.test', stateless: true, env: { DOCKER_SOCKET: own.socket }, gate: { path: '/api/version', status: [200], contains: '"Version":"{{version}}"', routes: true, passes: 3, dwell: '3s' }, limits },
      page: { recipe: within('page'), domain: 'page.ci.test', gate: { contains: 'the page', passes: 3, dwell: '3s' }, limits },
      ...more,
    },
    ...(server === undefined ? {} : { server: { listen: server, domain: 'ci.ci.test' } }),
  }))
}

before(async () => {
  folder = temporaryFolder('boot-up')
  host = await openOwnHost({ parts: ['registry', 'engine', 'settings', 'image:traefik'] })
  own = places({ CCCI_CACHE: host.folder })
  certificate = within('certificate')
  cpSync(own.authority, certificate, { recursive: true })
  writeRecipe('page', '1.0.0+1', SERVES)
  writeSettings(undefined)
})

after(async () => {
  if (host) await cc('boot', 'down')
  await host?.[Symbol.asyncDispose]()
  folder?.[Symbol.dispose]()
})

// Each story begins where the one before it ended, as on a host.
describe('a host is brought up', () => {
  test('the Swarm alone; then the address that Docker gave its bridge is known, where the server is to listen', async () => {
    const { code, boot: made, err } = await boot('up', '--only', 'swarm')
    assert.deepEqual([code, short(made.units)], [0, ['swarm up, done']], err)
    const bridge = await host.docker('network', 'inspect', '--format', '{{with index .IPAM.Config 0}}{{.Gateway}}|{{.Subnet}}{{end}}', 'docker_gwbridge')
    // Where only the subnet is said, the bridge has its first address.
    const [, gateway, subnet] = /^([\d.]*)\|(\d+\.\d+\.\d+)\.0\//.exec(bridge)!
    writeSettings(`${gateway || `${subnet}.1`}:${PORT}`)
    const { code: sound, out } = await cc('boot', 'check')
    assert.equal(sound, 0, out)
  })

  test('from nothing: the rest comes up behind its gates, in order, and the server is led to by the proxy', async (t) => {
    const { code, boot: made, err } = await boot('up')
    assert.deepEqual([code, short(made.units)], [0, ['swarm up', 'networks up, done', 'traefik up, done', 'page up, done', 'server up, done']], err)
    t.diagnostic(`${made.tookMs} ms, of which the critical path (${made.critical.join(' → ')}) is ${made.criticalMs} ms: ${(made.tookMs / made.criticalMs).toFixed(3)}`)
    assert.equal(await host.docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Subnet}}', 'proxy'), '10.77.0.0/20')
    assert.equal(await seenAt('page.ci.test'), '200 the page')
    assert.equal(await seenAt('ci.ci.test', '/healthz'), '200 {')
  })

  test('T13: once more nothing is done, and no container is another one', async () => {
    const before = await containers()
    const { code, boot: again, err } = await boot('up')
    assert.deepEqual([code, short(again.units), await containers()], [0, ['swarm up', 'networks up', 'traefik up', 'page up', 'server up'], before], err)
  })

  test('T14: an app that cannot come up is told, those that need it are given up at once, and everybody else stays up untouched', async () => {
    const limits = { deploy: '40s', rollback: '60s', start: '3m' }
    const gate = { passes: 3, dwell: '3s' }
    const at = address()
    writeSettings(at, {
      broken: { recipe: writeRecipe('broken', '1.0.0+1', 'sleep 1; exit 3'), domain: 'broken.ci.test', stateless: true, after: ['traefik'], gate, limits },
      needs: { recipe: writeRecipe('needs', '1.0.0+1', SERVES), domain: 'needs.ci.test', stateless: true, after: ['broken'], gate, limits },
      last: { recipe: writeRecipe('last', '1.0.0+1', SERVES), domain: 'last.ci.test', stateless: true, after: ['needs'], gate, limits },
    })
    const before = await containers()
    const { code, boot: made, err } = await boot('up')
    assert.deepEqual([code, short(made.units)], [4, ['swarm up', 'networks up', 'traefik up', 'page up', 'broken not-up, done', 'needs needs-dead', 'last needs-dead', 'server up']], err)
    const [broken, needs, last] = made.units.slice(4, 7)
    assert.match(broken!.says, /exit/)
    assert.deepEqual([needs!.cause, last!.cause, needs!.beganAt, last!.beganAt], ['broken', 'broken', null, null])
    assert.match(last!.says, /^it needs needs, which needs broken, which is not up: broken: took 1\.0\.0\+1 away again/)
    assert.deepEqual(await containers(), before)
    writeSettings(at)
  })

  test('after a restart of the engine everything is as before: nothing is deployed again', async () => {
    const operations = async () => JSON.parse((await cc('platform', 'history', 'page', '--json')).out) as { operations: unknown[] }
    const before = (await operations()).operations.length
    await host.rig('down', 'engine')
    await host.rig('up', 'engine')
    const { code, boot: made, err } = await boot('up')
    assert.deepEqual([code, short(made.units), (await operations()).operations.length], [0, ['swarm up', 'networks up', 'traefik up', 'page up', 'server up'], before], err)
    assert.equal(await seenAt('page.ci.test'), '200 the page')
  })

  test('taken down, its data and its known-good stay; brought up again it is that very version, with its data', async () => {
    const down = await boot('down')
    assert.deepEqual([down.code, short(down.boot.units)], [0, ['server down, done', 'page down, done', 'traefik down, done']], down.err)
    assert.deepEqual(await host.docker('service', 'ls', '--quiet'), '')
    writeRecipe('page', '1.1.0+2', SERVES)
    const { code, boot: made, err } = await boot('up')
    assert.deepEqual([code, short(made.units)], [0, ['swarm up', 'networks up', 'traefik up, done', 'page up, done', 'server up, done']], err)
    const { lastGood } = (JSON.parse((await cc('platform', 'status', 'page', '--json')).out) as Array<{ lastGood: { version: string } }>)[0]!
    const starts = await host.docker('run', '--rm', '--volume', 'page_ci_test_data:/data:ro', 'busybox:1.35', 'sh', '-c', 'wc -l < /data/starts')
    assert.equal(lastGood.version, '1.0.0+1')
    assert.ok(Number(starts) >= 3, `the page began ${starts} times on the same data`)
  })
})

function address(): string {
  return (parse(readFileSync(within('settings.yml'), 'utf8')) as { server: { listen: string } }).server.listen
}

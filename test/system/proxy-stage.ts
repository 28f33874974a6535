import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { LastGood } from '../../src/domain/model/platform.ts'
import type { StoredAlert } from '../../src/ports/alerts.ts'
import type { Told } from '../../src/workflows/reconcile/told.ts'
import type { Fault } from '../rig/bad-registry.ts'
import { run } from '../rig/command.ts'
import { makeRepository } from '../rig/fixtures.ts'
import { openOwnHost, type OwnHost } from '../rig/own-host.ts'
import { places } from '../rig/places.ts'
import { checkout, type Ended, start, temporaryFolder } from '../support/cli.ts'
import { visit, type Visitor } from '../support/visitor.ts'

/** A Swarm of its own whose only proxy is the platform's, at the usual ports, and whose recipe is released as a test goes on. */
export interface ProxyStage extends AsyncDisposable {
  host: OwnHost
  /** What the recipe's repository holds from now on, oldest first. */
  publish(...versions: string[]): Promise<void>
  /** Makes a release like another one, but for what `edit` does to its files, and with that release note. */
  release(version: string, like: string, edit?: (file: string, text: string) => string, note?: string): Promise<void>
  /** A registry on the same host that fails. */
  badRegistry(fault: Fault): Promise<{ host: string } & AsyncDisposable>
  /** `state`: with the records of another cc-ci, for which what runs here is somebody else's. */
  reconcile(state?: string): Promise<Reconciled>
  cc(...args: string[]): Promise<Ended>
  alerts(): Promise<StoredAlert[]>
  /** The ids of the proxy's containers. */
  containers(): Promise<string>
  /** A stack of somebody's, deployed by hand: resolves once the proxy leads to it. */
  deployOtherApp(): Promise<void>
  visitOtherApp(): Visitor
  /** The first answer that it gives now. */
  otherApp(): Promise<string | undefined>
  /** A new wildcard certificate of the same authority in the files that the settings name; answers its serial number. */
  renewCertificate(): Promise<string>
  /** The settings of the proxy's `env` from now on. */
  set(env: Record<string, string>): void
  /** The serial number of the certificate with which the other app is served. */
  certificateServed(): Promise<string>
}

export interface Reconciled {
  code: number | null
  told: Told
  /** `upgrade: committed` */
  did: string
  lastGood: LastGood
  err: string
}

const NAME = 'traefik'
const DOMAIN = 'traefik.ci.test'
const OTHER = 'other.ci.test'

/** An image of Traefik that answers, and ends with exit code 5 after 8 s. */
export const CRASHING = '127.0.0.1:15000/traefik-that-crashes:v3.6.12'
const CRASHING_IMAGE = `FROM traefik:v3.6.12 AS traefik
FROM busybox:1.35
COPY --from=traefik /traefik /traefik
ENTRYPOINT ["sh", "-c", "/traefik & sleep 8; exit 5"]
`

export async function openProxyStage(): Promise<ProxyStage> {
  const folder = temporaryFolder('proxy')
  const host = await openOwnHost({ parts: ['registry', 'engine', 'swarm', 'settings', 'image:traefik', 'image:traefik-3.0.4'] }).catch((error: unknown) => {
    folder[Symbol.dispose]()
    throw error
  })
  const own = places({ CCCI_CACHE: host.folder })
  const within = (name: string) => join(folder.path, name)
  const repository = within(`${NAME}.git`)
  cpSync(join(checkout, 'platform', NAME), within('versions'), { recursive: true })
  const certificate = within('certificate')
  cpSync(own.authority, certificate, { recursive: true })
  const writeSettings = (env: Record<string, string>) => writeFileSync(within('settings.yml'), settingsText({ rig: readFileSync(own.settings, 'utf8'), socket: own.socket, certificate, repository, env }))
  writeSettings({})
  writeFileSync(within('other.yml'), OTHER_APP)
  mkdirSync(within('crashing'))
  writeFileSync(within('crashing/Dockerfile'), CRASHING_IMAGE)
  await host.docker('build', '--quiet', '--tag', CRASHING, within('crashing'))
  await host.docker('push', '--quiet', CRASHING)
  const ccOf = (state: string, ...args: string[]) => start([...args, '--state', within(state)], { env: { ...host.env, CCCI_SETTINGS: within('settings.yml') }, through: host.inside }).ended
  const cc = (...args: string[]) => ccOf('state', ...args)
  const visitOtherApp = () => visit({ url: `https://${OTHER}/`, port: 443, ca: join(own.authority, 'ca.pem'), through: host.inside })

  return {
    host,
    cc,
    visitOtherApp,
    async publish(...versions) {
      const making = within('making')
      for (const version of versions) cpSync(join(within('versions'), version), join(making, 'versions', version), { recursive: true })
      await makeRepository({ versions: join(making, 'versions'), into: making, name: NAME })
      await rm(repository, { recursive: true, force: true })
      await rename(join(making, `${NAME}.git`), repository)
      await rm(making, { recursive: true })
    },
    async release(version, like, edit = (_, text) => text, note) {
      const made = join(within('versions'), version)
      cpSync(join(within('versions'), like), made, { recursive: true })
      for (const entry of await readdir(made, { withFileTypes: true })) {
        if (!entry.isFile()) continue
        const text = (await readFile(join(made, entry.name), 'utf8')).replace(`version=${like}"`, `version=${version}"`)
        await writeFile(join(made, entry.name), edit(entry.name, text))
      }
      if (note !== undefined) await writeFile(join(made, 'release', version), note)
    },
    async badRegistry(fault) {
      const [program, ...rest] = host.inside([process.execPath, join(import.meta.dirname, '../rig/bad-registry-program.ts'), JSON.stringify(fault)])
      const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
      const ended = once(child, 'exit')
      const [first] = (await once(child.stdout, 'data')) as [Buffer]
      return {
        host: first.toString().trim(),
        async [Symbol.asyncDispose]() {
          child.stdin.end()
          await ended
        },
      }
    },
    async reconcile(state = 'state') {
      const { code, out, err } = await ccOf(state, 'platform', 'reconcile', NAME, '--json')
      if (out.trim() === '') throw new Error(`no result, exit code ${code}:\n${err}`)
      const [told] = JSON.parse(out) as [Told]
      const lastGood = await readFile(join(within(state), 'platform', NAME, 'last_good.json'), 'utf8').catch(() => 'null')
      return { code, told, did: didOf(told), err: `${err}\n${out}`, lastGood: JSON.parse(lastGood) as LastGood }
    },
    alerts: async () => JSON.parse((await cc('alerts', 'list', '--json')).out) as StoredAlert[],
    set: writeSettings,
    async renewCertificate() {
      const serial = randomInt(2 ** 40).toString()
      const openssl = async (...args: string[]) => (await run('openssl', args, { cwd: certificate })).stdout.trim()
      await openssl('x509', '-req', '-in', 'proxy.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', serial, '-days', '90', '-extfile', 'extensions', '-out', 'proxy.pem')
      return await openssl('x509', '-noout', '-serial', '-in', 'proxy.pem')
    },
    async certificateServed() {
      const [program, ...rest] = host.inside(['openssl', 's_client', '-connect', '127.0.0.1:443', '-servername', OTHER])
      const { stdout } = await run(program, rest, { input: '' })
      return (await run('openssl', ['x509', '-noout', '-serial'], { input: stdout })).stdout.trim()
    },
    async otherApp() {
      const visitor = visitOtherApp()
      await visitor.sees('')
      return (await visitor.leave()).first
    },
    containers: () => host.docker('ps', '--no-trunc', '--format', '{{.ID}}', '--filter', `label=com.docker.stack.namespace=${DOMAIN.replaceAll('.', '_')}`),
    async deployOtherApp() {
      await host.docker('stack', 'deploy', '--compose-file', within('other.yml'), 'other')
      const visitor = visitOtherApp()
      await visitor.sees('200 the other app')
      await visitor.leave()
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

function settingsText(given: { rig: string; socket: string; certificate: string; repository: string; env: Record<string, string> }): string {
  const rig = parse(given.rig) as { proxy: object }
  return stringify({
    ...rig,
    proxy: { ...rig.proxy, port: 443 },
    allow: { [NAME]: [`host-bind:${given.socket}`, 'proxy-internal:api@internal'] },
    secrets: {
      'wildcard-certificate': { file: join(given.certificate, 'proxy.pem'), recipes: [NAME] },
      'wildcard-key': { file: join(given.certificate, 'proxy.key'), recipes: [NAME] },
    },
    platform: {
      [NAME]: {
        recipe: `file://${given.repository}`,
        domain: DOMAIN,
        stateless: true,
        env: { DOCKER_SOCKET: given.socket, ...given.env },
        gate: { path: '/api/version', status: [200], contains: '"Version":"{{version}}"', routes: true },
        limits: { deploy: '40s', rollback: '60s', start: '3m' },
      },
    },
  })
}

const OTHER_APP = `version: "3.8"
services:
  app:
    image: busybox:1.35
    command: [sh, -c, "echo the other app > /tmp/index.html && exec httpd -f -p 3000 -h /tmp"]
    networks: [proxy]
    deploy:
      endpoint_mode: dnsrr
      labels:
        - "traefik.enable=true"
        - "traefik.http.services.other.loadbalancer.server.port=3000"
        - "traefik.http.routers.other.rule=Host(\`${OTHER}\`)"
        - "traefik.http.routers.other.entrypoints=web-secure"
        - "traefik.http.routers.other.tls=true"
networks:
  proxy: { external: true }
`

function didOf({ result }: Told): string {
  if (result.is !== 'done') return result.is === 'held' ? `held: ${result.hold.kind}` : result.is
  return result.outcome ? `${result.decision}: ${result.outcome.is}` : result.decision
}

import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Fault } from '../rig/bad-registry.ts'
import { run } from '../rig/command.ts'
import { visit, type Visitor } from '../support/visitor.ts'
import { openPlatformHost, type PlatformHost } from './platform-host.ts'

/** A Swarm of its own whose only proxy is the platform's, at the usual ports. */
export interface ProxyStage extends PlatformHost {
  /** A registry on the same host that fails. */
  badRegistry(fault: Fault): Promise<{ host: string } & AsyncDisposable>
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
  const platform = await openPlatformHost({ name: NAME, domain: DOMAIN, parts: ['registry', 'engine', 'swarm', 'settings', 'image:traefik', 'image:traefik-3.0.4'] })
  const { host, own, within, repository } = platform
  const certificate = within('certificate')
  cpSync(own.authority, certificate, { recursive: true })
  const writeSettings = (env: Record<string, string>) => writeFileSync(platform.settingsFile, settingsText({ rig: readFileSync(own.settings, 'utf8'), socket: own.socket, certificate, repository, env }))
  writeSettings({})
  writeFileSync(within('other.yml'), OTHER_APP)
  await platform.makeImage(CRASHING, CRASHING_IMAGE)
  const visitOtherApp = () => visit({ url: `https://${OTHER}/`, port: 443, ca: join(own.authority, 'ca.pem'), through: host.inside })

  return {
    ...platform,
    visitOtherApp,
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
    async deployOtherApp() {
      await host.docker('stack', 'deploy', '--compose-file', within('other.yml'), 'other')
      const visitor = visitOtherApp()
      await visitor.sees('200 the other app')
      await visitor.leave()
    },
  }
}

function settingsText(given: { rig: string; socket: string; certificate: string; repository: string; env: Record<string, string> }): string {
  const rig = parse(given.rig) as { proxy: object }
  return stringify({
    ...rig,
    proxy: { ...rig.proxy, port: 443 },
    allow: { [NAME]: [`host-bind:${given.socket}`, 'proxy-internal:api@internal', 'host-port:80/tcp', 'host-port:443/tcp'] },
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

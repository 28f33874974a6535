import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parse, stringify } from 'yaml'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { fileSecretStore } from '../../src/adapters/secret-store/files/store.ts'
import { folderSnapshots } from '../../src/adapters/snapshot/folder/snapshots.ts'
import { stackNameOf } from '../../src/domain/model/app.ts'
import type { ProbeAnswer } from '../../src/ports/probe.ts'
import type { SnapshotFolder, Snapshots } from '../../src/ports/snapshots.ts'
import { run } from '../rig/command.ts'
import { ports } from '../rig/places.ts'
import { openPlatformHost, type PlatformHost } from './platform-host.ts'

/** A Swarm of its own with the rig's proxy and the platform's Keycloak behind it. */
export interface IdentityStage extends PlatformHost {
  /** As an administrator makes them by hand: a realm, a client in it, and a user with a password. */
  fill(realm: string): Promise<void>
  /** What is there of it, and whether its user can sign in. */
  look(realm: string): Promise<Filled>
  /** What the running Keycloak wrote since it was started. */
  log(): Promise<string>
  /** Its volumes on the host's disk. */
  volumes(): Promise<SnapshotFolder[]>
  /** All that can be seen of every file in them: what two looks have in common is the same. */
  tree(): Promise<string>
  /** Its containers, those that have ended included. */
  anyContainer(): Promise<string>
  snapshots: Snapshots
  /** The images of the app's containers that are started from now on. */
  watchStarts(): { images: string[]; end(): Promise<void> }
}

export interface Filled {
  realm: string | undefined
  clients: string[]
  users: string[]
  /** `admin` of `master`, with the secret of the platform: as everybody else signs in. */
  signsIn: boolean
}

const NAME = 'keycloak'
export const DOMAIN = 'keycloak.ci.test'
const STACK = stackNameOf(DOMAIN)
const CLIENT = 'an-app'
const USER = { username: 'a-person', password: 'only for this test' }

/** Keycloak 26 that converts the data it finds, answers, and hears nothing more after a while. */
export const FALTERING = '127.0.0.1:15000/keycloak-that-falters:26.0.8'
/** Stopped as by a machine that hangs: nobody can ask it anything, and its port still takes connections. */
const FALTERING_IMAGE = `FROM keycloak/keycloak:26.0.8
USER 0
RUN mv /opt/keycloak/bin/kc.sh /opt/keycloak/bin/kc-proper.sh
RUN printf '%s\\n' '#!/bin/bash' '/opt/keycloak/bin/kc-proper.sh "$@" & server=$!' 'trap "kill -KILL $server; exit 1" TERM' 'until (exec 3<>/dev/tcp/127.0.0.1/8080) 2>/dev/null; do sleep 0.2; done' 'sleep 4; kill -STOP $server; wait $server' > /opt/keycloak/bin/kc.sh && chmod +x /opt/keycloak/bin/kc.sh
USER 1000
`

/** `env`: more of the app's settings. */
export async function openIdentityStage({ env = {} }: { env?: Record<string, string> } = {}): Promise<IdentityStage> {
  const platform = await openPlatformHost({ name: NAME, domain: DOMAIN, parts: ['registry', 'engine', 'swarm', 'settings', 'traefik', 'image:keycloak-25.0.6', 'image:keycloak-26.0.8'] })
  const { host, own, within, repository } = platform
  writeFileSync(platform.settingsFile, settingsText({ rig: readFileSync(own.settings, 'utf8'), repository, env }))
  await platform.makeImage(FALTERING, FALTERING_IMAGE)
  const ca = await readFile(join(own.authority, 'ca.pem'), 'utf8')

  async function ask(given: { path: string; method?: string; token?: string; form?: Record<string, string>; json?: unknown }): Promise<{ status: number; body: string; headers: Record<string, string> }> {
    const { path, method = 'GET', token, form, json } = given
    const body = form ? new URLSearchParams(form).toString() : json === undefined ? undefined : JSON.stringify(json)
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : json === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const probe = { url: `https://${DOMAIN}${path}`, method, headers, body, connect: { address: '127.0.0.1', port: ports.https }, ca, timeoutMs: 30_000 }
    const [program, ...rest] = host.inside([process.execPath, join(import.meta.dirname, '../support/ask-program.ts')])
    const answer = JSON.parse((await run(program, rest, { input: JSON.stringify(probe) })).stdout) as ProbeAnswer
    if (answer.kind !== 'answered') throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
    return answer
  }
  async function must(given: Parameters<typeof ask>[0]): Promise<string> {
    const { status, body } = await ask(given)
    if (status >= 300) throw new Error(`${given.method ?? 'GET'} ${given.path} answered ${status}: ${body}`)
    return body
  }
  const tokenFor = (realm: string, form: Record<string, string>) => ask({ path: `/realms/${realm}/protocol/openid-connect/token`, method: 'POST', form: { grant_type: 'password', ...form } })
  async function administrator(): Promise<string> {
    const password = (await fileSecretStore({ stateFolder: within('state') }).get(NAME, `${STACK}_admin_password_v1`)) ?? ''
    const { status, body } = await tokenFor('master', { client_id: 'admin-cli', username: 'admin', password })
    if (status !== 200) throw new Error(`the administrator could not sign in: ${status} ${body}`)
    return (JSON.parse(body) as { access_token: string }).access_token
  }

  async function volumes(): Promise<SnapshotFolder[]> {
    const names = (await host.docker('volume', 'ls', '--quiet', '--filter', `name=${STACK}_`)).split('\n').filter(Boolean)
    return await Promise.all(names.map(async (name) => ({ name, path: await host.docker('volume', 'inspect', '--format', '{{.Mountpoint}}', name) })))
  }

  return {
    ...platform,
    async fill(realm) {
      const token = await administrator()
      await must({ path: '/admin/realms', method: 'POST', token, json: { realm, enabled: true } })
      await must({ path: `/admin/realms/${realm}/clients`, method: 'POST', token, json: { clientId: CLIENT, publicClient: true, directAccessGrantsEnabled: true } })
      // A profile without them is not complete, and whoever has such a one may not sign in by a password alone.
      const profile = { firstName: 'A', lastName: 'Person', email: 'a-person@ci.test', emailVerified: true }
      await must({ path: `/admin/realms/${realm}/users`, method: 'POST', token, json: { username: USER.username, enabled: true, ...profile, credentials: [{ type: 'password', value: USER.password, temporary: false }] } })
    },
    async look(realm) {
      const token = await administrator()
      const names = async (path: string, key: string) => (JSON.parse(await must({ path, token })) as Array<Record<string, string>>).map((one) => one[key]!)
      const found = await ask({ path: `/admin/realms/${realm}`, token })
      if (found.status === 404) return { realm: undefined, clients: [], users: [], signsIn: false }
      const { status } = await tokenFor(realm, { client_id: CLIENT, ...USER })
      return {
        realm: (JSON.parse(found.body) as { realm: string }).realm,
        clients: (await names(`/admin/realms/${realm}/clients`, 'clientId')).filter((one) => one === CLIENT),
        users: await names(`/admin/realms/${realm}/users`, 'username'),
        signsIn: status === 200,
      }
    },
    async log() {
      const id = await host.docker('ps', '--quiet', '--filter', `label=com.docker.swarm.service.name=${STACK}_app`)
      const { stdout, stderr } = await run('docker', ['logs', id], { env: { PATH: process.env.PATH, ...host.env } })
      return stdout + stderr
    },
    volumes,
    async tree() {
      const looks = (await volumes()).map(async ({ path }) => {
        const entries = await run('find', ['.', '-printf', '%P %y %m %U:%G %s %T@ %l\\n'], { cwd: path })
        const contents = await run('find', ['.', '-type', 'f', '-exec', 'sha256sum', '{}', '+'], { cwd: path })
        return `${entries.stdout}${contents.stdout}`.split('\n').sort().join('\n')
      })
      return (await Promise.all(looks)).join('\n')
    },
    anyContainer: () => host.docker('ps', '--all', '--quiet', '--filter', `label=com.docker.stack.namespace=${STACK}`),
    snapshots: folderSnapshots({ root: join(within('state'), 'platform'), clock: systemClock() }),
    watchStarts() {
      const images: string[] = []
      const watch = spawn('docker', ['events', '--filter', 'event=start', '--filter', `label=com.docker.stack.namespace=${STACK}`, '--format', '{{.Actor.Attributes.image}}'], { env: { PATH: process.env.PATH, ...host.env }, stdio: ['ignore', 'pipe', 'inherit'] })
      createInterface(watch.stdout).on('line', (line) => images.push(line.split('@')[0]!))
      return {
        images,
        async end() {
          const ended = once(watch, 'close')
          watch.kill()
          await ended
        },
      }
    },
  }
}

function settingsText({ rig, repository, env }: { rig: string; repository: string; env: Record<string, string> }): string {
  return stringify({
    ...(parse(rig) as object),
    platform: {
      [NAME]: {
        recipe: `file://${repository}`,
        domain: DOMAIN,
        // The first compiler alone: it is ready twice as soon, and nobody stays long.
        env: { LETS_ENCRYPT_ENV: '', JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1', ...env },
        gate: { path: '/realms/master/.well-known/openid-configuration', status: [200], contains: `"issuer":"https://${DOMAIN}/realms/master"`, passes: 5, dwell: '10s' },
        limits: { deploy: '8m', rollback: '8m', start: '20m' },
      },
    },
  })
}

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RigError, run } from '../command.ts'
import { startDaemon, stopDaemon } from '../daemon.ts'
import { whereIs } from '../host.ts'
import type { Part } from '../part.ts'
import { type Places, ports } from '../places.ts'

const VERSION = '1.163.2'
const SERVER_NAME = 'matrix.ci.test'
export const synapseUrl = `http://127.0.0.1:${ports.synapse}`

/** With it an administrator makes accounts (Synapse's "shared secret registration"). */
export function synapseSecretFile(places: Places): string {
  return join(places.synapse, 'secret')
}

/** A Matrix home server that talks to no other one. Its programs come from PyPI and stay in the cache; its data too, which is nobody's but the tests'. */
export const synapse: Part = {
  name: 'synapse',
  is: 'Matrix home server',
  needs: [],
  byDefault: false,

  async up({ places, says }) {
    const home = places.synapse
    await mkdir(home, { recursive: true })
    const python = await programs(places, says)
    const secret = await kept(synapseSecretFile(places))
    const config = join(home, 'homeserver.yaml')
    await writeFile(join(home, 'log.yaml'), "version: 1\nhandlers: { out: { class: logging.StreamHandler } }\nroot: { level: WARNING, handlers: [out] }\n")
    await writeFile(config, configuration(home, secret), { mode: 0o600 })
    const args = ['-m', 'synapse.app.homeserver', '--config-path', config]
    await run(python, [...args, '--generate-keys'], { cwd: home, log: join(places.logs, 'synapse.log') })
    await startDaemon({ name: 'Synapse', folder: home, command: python, args, env: { PATH: process.env.PATH, HOME: home }, serves, startWithinMs: 120_000, stopWithinMs: 30_000 })
  },

  async state() {
    return (await serves()) ? { up: true, version: VERSION, where: synapseUrl } : { up: false }
  },

  async down({ places }) {
    await stopDaemon({ name: 'Synapse', folder: places.synapse, stopWithinMs: 30_000 })
  },
}

async function serves(): Promise<true | undefined> {
  const answer = await fetch(`${synapseUrl}/_matrix/client/versions`).catch(() => undefined)
  await answer?.body?.cancel()
  return answer?.ok ? true : undefined
}

/** A Python environment of its own, whole or made anew: its last file says that it is whole. */
async function programs(places: Places, says: (line: string) => void): Promise<string> {
  const folder = join(places.built, `synapse-${VERSION}`)
  const python = join(folder, 'bin', 'python')
  const whole = join(folder, 'whole')
  if (existsSync(whole)) return python
  const system = whereIs('python3')
  if (!system) throw new RigError('missing: python3 (packages python3 and python3-venv)')
  says(`installing matrix-synapse ${VERSION} from PyPI`)
  const log = join(places.logs, 'synapse.log')
  await rm(folder, { recursive: true, force: true })
  await run(system, ['-m', 'venv', folder], { log })
  await run(python, ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--disable-pip-version-check', `matrix-synapse==${VERSION}`], { log, nice: true })
  await writeFile(whole, '')
  return python
}

async function kept(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(async () => {
    const fresh = randomBytes(24).toString('hex')
    await writeFile(file, fresh, { mode: 0o600 })
    return fresh
  })
}

function configuration(home: string, secret: string): string {
  const at = (name: string) => join(home, name)
  return [
    `server_name: ${SERVER_NAME}`,
    `pid_file: ${at('synapse.pid')}`,
    'listeners:',
    `  - { bind_addresses: [127.0.0.1], port: ${ports.synapse}, tls: false, type: http, resources: [{ names: [client], compress: false }] }`,
    `database: { name: sqlite3, args: { database: "${at('homeserver.db')}" } }`,
    `log_config: ${at('log.yaml')}`,
    `media_store_path: ${at('media')}`,
    `signing_key_path: ${at('signing.key')}`,
    `registration_shared_secret: ${secret}`,
    `macaroon_secret_key: ${secret}`,
    `form_secret: ${secret}`,
    'report_stats: false',
    'trusted_key_servers: []',
    'suppress_key_server_warning: true',
    'federation_domain_whitelist: []',
    'rc_message: { per_second: 1000, burst_count: 1000 }',
    'rc_login: { address: { per_second: 1000, burst_count: 1000 }, account: { per_second: 1000, burst_count: 1000 } }',
    '',
  ].join('\n')
}

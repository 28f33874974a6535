import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryName } from '../../../lib/temporary.ts'
import type { Finished } from '../../../ports/process.ts'
import { fromFolder } from './errors.ts'
import type { Parts } from './parts.ts'
import { serverAddress } from './pull.ts'

/**
 * Docker's own command line, with a configuration folder of our own: no context, plug-in or credential of the person who runs us takes
 * part, and a registry's password stands in a file that only we can read, for as long as the call takes.
 */
export interface PrivateFolder extends AsyncDisposable {
  readonly path: string
  write(name: string, content: string | Uint8Array): Promise<string>
}

export async function privateFolder(parts: Parts): Promise<PrivateFolder> {
  // Named after us: were we killed, `runs clean` ends the client that works with it before it looks for what the client made.
  const path = join(parts.configFolder, temporaryName('docker'))
  const inFolder = <T>(work: Promise<T>) => work.catch((error: unknown) => {
    throw fromFolder(error, `writing into ${parts.configFolder} what the client reads`)
  })
  await inFolder(mkdir(path, { recursive: true, mode: 0o700 }))
  const auths = Object.fromEntries(
    parts.registries.map(({ host, username, password }) => [serverAddress(host), { auth: Buffer.from(`${username}:${password}`).toString('base64') }]),
  )
  const folder: PrivateFolder = {
    path,
    async write(name, content) {
      const file = join(path, name)
      await inFolder(writeFile(file, content, { mode: 0o600, flag: 'wx' }))
      return file
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
  await folder.write('config.json', JSON.stringify({ auths }))
  return folder
}

export async function runClient(parts: Parts, args: string[], given: { folder: PrivateFolder; timeoutMs: number; onLine?: (line: string) => void }): Promise<Finished> {
  return await parts.processes.run({
    argv: [parts.clientPath, ...args],
    cwd: given.folder.path,
    env: clientEnvironment(parts, given.folder),
    timeoutMs: given.timeoutMs,
    ...(given.onLine && { onLine: given.onLine }),
  })
}

/**
 * All that the client has in its environment: it fills the variables of a service that have no value, or an empty one, from there. PATH
 * is for finding the client.
 */
export const CLIENT_VARIABLES: ReadonlySet<string> = new Set(['PATH', 'HOME', 'DOCKER_CONFIG', 'DOCKER_HOST'])

function clientEnvironment(parts: Parts, folder: PrivateFolder): Record<string, string> {
  return { PATH: parts.processes.baseEnv().PATH ?? '', HOME: folder.path, DOCKER_CONFIG: folder.path, DOCKER_HOST: parts.dockerHost }
}

/** What this client can do, asked once: the version, and whether `stack deploy` knows `--detach` (20.10 does not). */
export interface ClientAbilities {
  version: string | undefined
  knowsDetach: boolean
}

const asked = new WeakMap<Parts, Promise<ClientAbilities>>()

export function clientAbilities(parts: Parts): Promise<ClientAbilities> {
  const before = asked.get(parts)
  if (before) return before
  const asking = askClient(parts)
  asked.set(parts, asking)
  asking.catch(() => asked.delete(parts))
  return asking
}

async function askClient(parts: Parts): Promise<ClientAbilities> {
  await using folder = await privateFolder(parts)
  const [version, help] = await Promise.all([
    runClient(parts, ['--version'], { folder, timeoutMs: 20_000 }),
    runClient(parts, ['stack', 'deploy', '--help'], { folder, timeoutMs: 20_000 }),
  ])
  return { version: version.stdout.match(/version ([\w.+~-]+)/)?.[1], knowsDetach: /^\s+(-d, )?--detach\b/m.test(help.stdout) }
}

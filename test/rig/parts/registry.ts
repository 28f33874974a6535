import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { run } from '../command.ts'
import { startDaemon, stopDaemon } from '../daemon.ts'
import { searchPath } from '../host.ts'
import type { Part } from '../part.ts'
import type { Places } from '../places.ts'
import { ports } from '../places.ts'

/** Debian's registry server, once as the stand-in for Docker Hub and once behind a password. */

export const privateUser = 'rig'

export function privatePasswordFile(places: Places): string {
  return join(places.privateRegistry, 'password')
}

export const registry: Part = registryPart({
  name: 'registry',
  is: 'registry that stands in for Docker Hub',
  port: ports.registry,
  folder: (places) => places.registry,
  prepare: async () => '',
})

export const privateRegistry: Part = registryPart({
  name: 'registry-with-password',
  is: 'registry that asks for a password',
  port: ports.privateRegistry,
  folder: (places) => places.privateRegistry,
  async prepare(places) {
    const password = await readFile(privatePasswordFile(places), 'utf8').catch(async () => {
      const fresh = randomBytes(16).toString('hex')
      await writeFile(privatePasswordFile(places), fresh, { mode: 0o600 })
      return fresh
    })
    const { stdout } = await run('htpasswd', ['-n', '-i', '-B', privateUser], { input: password, env: { PATH: searchPath().join(':') } })
    const file = join(places.privateRegistry, 'htpasswd')
    await writeFile(file, `${stdout.trim()}\n`, { mode: 0o600 })
    return `auth:\n  htpasswd:\n    realm: rig\n    path: ${file}\n`
  },
})

interface RegistryGiven {
  name: string
  is: string
  port: number
  folder: (places: Places) => string
  /** Returns the lines of its configuration that concern logging in. */
  prepare: (places: Places) => Promise<string>
}

function registryPart({ name, is, port, folder, prepare }: RegistryGiven): Part {
  const address = `127.0.0.1:${port}`
  const serves = async (): Promise<true | undefined> => {
    const answer = await fetch(`http://${address}/v2/`).catch(() => undefined)
    await answer?.body?.cancel()
    return answer?.status === 200 || answer?.status === 401 ? true : undefined
  }
  return {
    name,
    is,
    needs: ['packages'],
    byDefault: true,
    async up({ places }) {
      const home = folder(places)
      await mkdir(home, { recursive: true })
      const config = join(home, 'config.yml')
      const login = await prepare(places)
      await writeFile(config, `version: 0.1\nlog: { level: warn, accesslog: { disabled: true } }\nstorage:\n  filesystem: { rootdirectory: ${join(home, 'data')} }\n  delete: { enabled: true }\nhttp: { addr: "${address}" }\n${login}`)
      await startDaemon({ name: `the ${name}`, folder: home, command: 'docker-registry', args: ['serve', config], env: { PATH: searchPath().join(':'), HOME: home, OTEL_TRACES_EXPORTER: 'none' }, serves, startWithinMs: 15_000, stopWithinMs: 15_000 })
    },
    async state() {
      return (await serves()) ? { up: true, version: '2', where: address } : { up: false }
    },
    async down({ places }) {
      await stopDaemon({ name: `the ${name}`, folder: folder(places), stopWithinMs: 15_000 })
    },
  }
}

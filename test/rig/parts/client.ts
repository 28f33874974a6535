import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { clientOfMajor } from '../docker.ts'
import { buildDockerClient } from '../images/go.ts'
import type { Part } from '../part.ts'
import type { Places } from '../places.ts'

/** 29 asks for a newer API than the engine that Debian 12 has. */
const version = '28.5.2'

export const client: Part = {
  name: 'client',
  is: 'Docker client 28',
  needs: ['packages'],
  byDefault: true,

  async up({ places, says }) {
    if (await client28(places)) return
    await buildDockerClient(version, { places, says, log: join(places.logs, 'client.log') })
  },

  async state({ places }) {
    const found = await client28(places)
    return found ? { up: true, version: found.version, where: found.path } : { up: false }
  },
}

/** The one on the PATH, otherwise ours. */
export async function client28(places: Places): Promise<{ path: string; version: string } | undefined> {
  const ours = join(places.clients, version, 'docker')
  return (await clientOfMajor(28)) ?? (existsSync(ours) ? { path: ours, version } : undefined)
}

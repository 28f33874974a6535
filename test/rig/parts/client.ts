import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { clientOfMajor, ownClient, ownClientVersion } from '../docker.ts'
import { buildDockerClient } from '../images/go.ts'
import type { Part } from '../part.ts'
import type { Places } from '../places.ts'

export const client: Part = {
  name: 'client',
  is: 'Docker client 28',
  needs: ['packages'],
  byDefault: true,

  async up({ places, says }) {
    if (await client28(places)) return
    await buildDockerClient(ownClientVersion, { places, says, log: join(places.logs, 'client.log') })
  },

  async state({ places }) {
    const found = await client28(places)
    return found ? { up: true, version: found.version, where: found.path } : { up: false }
  },
}

/** The one on the PATH, otherwise ours. */
export async function client28(places: Places): Promise<{ path: string; version: string } | undefined> {
  const ours = ownClient(places)
  return (await clientOfMajor(28)) ?? (existsSync(ours) ? { path: ours, version: ownClientVersion } : undefined)
}

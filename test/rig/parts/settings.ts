import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Part } from '../part.ts'
import type { Places } from '../places.ts'
import { domain, ports, proxyNetwork } from '../places.ts'
import { client28 } from './client.ts'
import { privatePasswordFile, privateUser } from './registry.ts'

/** A settings.yml that points the command line at the rig. */
export const settings: Part = {
  name: 'settings',
  is: 'settings.yml for the command line',
  needs: ['client', 'authority', 'registry-with-password'],
  byDefault: true,

  async up({ places }) {
    await mkdir(places.cache, { recursive: true })
    await writeFile(places.settings, await wanted(places))
  },

  async state({ places }) {
    const written = await readFile(places.settings, 'utf8').catch(() => undefined)
    return written === (await wanted(places)) ? { up: true, where: places.settings } : { up: false }
  },
}

async function wanted(places: Places): Promise<string> {
  return `# Written by the test rig.\n${stringify({
    domain,
    proxy: { address: '127.0.0.1', port: ports.https, ca: join(places.authority, 'ca.pem'), network: proxyNetwork },
    docker: { host: `unix://${places.socket}`, client: (await client28(places))?.path ?? 'docker' },
    registries: [{ host: `127.0.0.1:${ports.privateRegistry}`, username: privateUser, password_file: privatePasswordFile(places) }],
  })}`
}

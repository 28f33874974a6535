import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { RigError, until } from '../command.ts'
import { docker, dockerEnvironment } from '../docker.ts'
import { run } from '../command.ts'
import { folderKey } from '../images/recipe.ts'
import type { Part } from '../part.ts'
import type { Places } from '../places.ts'
import { domain, ports, rigLabel } from '../places.ts'
import { client28 } from './client.ts'

/** A real Traefik as a stack on the Swarm. It is up when it answers its own version through its own host name and certificate. */

const stack = 'rig-traefik'
const version = '3.6.12'
const folder = join(import.meta.dirname, '../traefik')

export const traefik: Part = {
  name: 'traefik',
  is: 'the proxy',
  needs: ['client', 'swarm', 'authority', 'image:traefik'],
  livesIn: 'engine',
  byDefault: true,

  async up({ places, says }) {
    const key = await wantedKey(places)
    if ((await keyOnSwarm(places)) !== key) {
      says('deploying its stack')
      const client = (await client28(places))!.path
      const env = { ...dockerEnvironment(places), TRAEFIK_TAG: `v${version}`, HTTP_PORT: String(ports.http), HTTPS_PORT: String(ports.https), SOCKET: places.socket, AUTHORITY: places.authority, DOMAIN: domain, KEY: key }
      await run(client, ['stack', 'deploy', '--detach=true', '--prune', '--compose-file', join(folder, 'compose.yml'), stack], { env, log: join(places.logs, 'traefik.log') })
      await untilAnswers(places)
      await removeOlder(places, key)
      return
    }
    await untilAnswers(places)
  },

  async state({ places }) {
    const answer = await askVersion(places).catch((error: Error) => error)
    if (answer instanceof Error) return { up: false, note: answer.message }
    if ((await keyOnSwarm(places)) !== (await wantedKey(places))) return { up: false, version: answer, note: 'deployed from an older recipe' }
    return { up: true, version: answer, where: `https://traefik.${domain} at 127.0.0.1:${ports.https}, http ${ports.http}` }
  },

  async down({ places }) {
    await docker(places, ['stack', 'rm', stack], { mayExit: [1] })
    await until('the tasks of the proxy to be gone', 60_000, async () => {
      const { stdout } = await docker(places, ['ps', '--all', '--quiet', '--filter', `label=com.docker.stack.namespace=${stack}`])
      return stdout.trim() === '' ? true : undefined
    })
  },
}

async function untilAnswers(places: Places): Promise<void> {
  let last = ''
  await until(`https://traefik.${domain}/api/version to answer ${version}`, 90_000, async () => {
    const answer = await askVersion(places).catch((error: Error) => error.message)
    last = answer
    return answer === version ? true : undefined
  }).catch((error: Error) => {
    throw new RigError(`${error.message}; the last answer was: ${last}. Its tasks: docker stack ps --no-trunc ${stack}`, { cause: error })
  })
}

async function askVersion(places: Places): Promise<string> {
  const ca = await readFile(join(places.authority, 'ca.pem'))
  return await new Promise<string>((done, failed) => {
    const asked = request({ host: '127.0.0.1', port: ports.https, servername: `traefik.${domain}`, headers: { host: `traefik.${domain}` }, path: '/api/version', ca, agent: false, timeout: 3000 }, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (text: string) => { body += text })
      answer.on('error', failed)
      answer.on('end', () => {
        if (answer.statusCode !== 200) return failed(new RigError(`status ${answer.statusCode}`))
        done((JSON.parse(body) as { Version: string }).Version)
      })
    })
    asked.on('timeout', () => asked.destroy(new RigError('no answer within 3 s')))
    asked.on('error', failed)
    asked.end()
  })
}

/** Changes when the stack must be deployed again. */
async function wantedKey(places: Places): Promise<string> {
  const certificate = await readFile(join(places.authority, 'proxy.pem'))
  const image = await readFile(join(places.images, 'traefik.json'))
  return createHash('sha256').update(await folderKey(folder)).update(certificate).update(image).digest('hex').slice(0, 12)
}

async function keyOnSwarm(places: Places): Promise<string | undefined> {
  const { code, stdout } = await docker(places, ['service', 'inspect', '--format', `{{index .Spec.Labels "${rigLabel}.key"}}`, `${stack}_app`], { mayExit: [1] })
  return code === 0 ? stdout.trim() : undefined
}

/** Configs and secrets of earlier deploys: `--prune` leaves them. */
async function removeOlder(places: Places, key: string): Promise<void> {
  for (const kind of ['config', 'secret']) {
    const { stdout } = await docker(places, [kind, 'ls', '--filter', `label=${rigLabel}=traefik`, '--format', '{{.Name}}'])
    for (const name of stdout.split('\n').filter(Boolean)) {
      // Still in use while the old task is going: then the next deploy removes it.
      if (!name.endsWith(`_${key}`)) await docker(places, [kind, 'rm', name], { mayExit: [1] })
    }
  }
}

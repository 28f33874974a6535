import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { rigEnv } from '../rig/index.ts'

const LISTS: Record<string, string[]> = {
  service: ['service', 'ls', '--format', '{{.Name}}'],
  container: ['container', 'ls', '--all', '--format', '{{.Names}}'],
  volume: ['volume', 'ls', '--format', '{{.Name}}'],
  network: ['network', 'ls', '--format', '{{.Name}}'],
  secret: ['secret', 'ls', '--format', '{{.Name}}'],
  config: ['config', 'ls', '--format', '{{.Name}}'],
}

/** Everything on the rig's engine, asked by Docker's own client; tasks are those of a service that is there, or containers. */
export async function everythingOnEngine(): Promise<string[]> {
  const { dockerHost, dockerConfig, clients } = await rigEnv()
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DOCKER_HOST: dockerHost, DOCKER_CONFIG: dockerConfig }
  const lists = Object.entries(LISTS).map(async ([kind, args]) => {
    const { stdout } = await promisify(execFile)(clients.v28 ?? clients.v20 ?? 'docker', args, { env })
    return stdout.split('\n').filter(Boolean).map((name) => `${kind} ${name}`)
  })
  return (await Promise.all(lists)).flat().sort()
}

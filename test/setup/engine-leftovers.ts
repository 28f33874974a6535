/** What carries cc-ci's label on the rig's engine. Compared before and after all tests: what came and stayed was leaked. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { rigEnv } from '../rig/index.ts'

const LABEL = 'cc-ci.run'
const KINDS = {
  service: ['service', 'ls', '--format', '{{.Name}}'],
  container: ['container', 'ls', '--all', '--format', '{{.Names}}'],
  volume: ['volume', 'ls', '--format', '{{.Name}}'],
  network: ['network', 'ls', '--format', '{{.Name}}'],
  secret: ['secret', 'ls', '--format', '{{.Name}}'],
  config: ['config', 'ls', '--format', '{{.Name}}'],
}

export async function labelledOnEngine(): Promise<Set<string>> {
  const { dockerHost, dockerConfig, clients } = await rigEnv()
  const client = clients.v28 ?? clients.v20 ?? 'docker'
  const found = new Set<string>()
  await Promise.all(Object.entries(KINDS).map(async ([kind, command]) => {
    const { stdout } = await promisify(execFile)(client, [...command, '--filter', `label=${LABEL}`], { env: { PATH: process.env.PATH, HOME: process.env.HOME, DOCKER_HOST: dockerHost, DOCKER_CONFIG: dockerConfig } })
    for (const name of stdout.split('\n')) if (name) found.add(`${kind} ${name}`)
  }))
  return found
}

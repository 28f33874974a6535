/** What carries cc-ci's label on the rig's engine. Compared before and after all tests: what came and stayed was leaked. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { listsOfEngine } from '../rig/engine-lists.ts'
import { rigEnv } from '../rig/index.ts'

const LABEL = 'cc-ci.run'
export async function labelledOnEngine(): Promise<Set<string>> {
  const { dockerHost, dockerConfig, clients } = await rigEnv()
  const client = clients.v28 ?? clients.v20 ?? 'docker'
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DOCKER_HOST: dockerHost, DOCKER_CONFIG: dockerConfig }
  const docker = async (...args: string[]) => (await promisify(execFile)(client, args, { env })).stdout
  return new Set(await listsOfEngine(docker, `label=${LABEL}`))
}

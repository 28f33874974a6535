import { rigEnv, rigUp } from '../rig/index.ts'

let ready: Promise<Record<string, string>> | undefined

/** Brings the rig up, once a process, and answers the environment that points the command line at it. */
export function rigForCli(): Promise<Record<string, string>> {
  ready ??= (async () => {
    await rigUp()
    const rig = await rigEnv()
    return { DOCKER_HOST: rig.dockerHost, DOCKER_CONFIG: rig.dockerConfig, CCCI_SETTINGS: rig.settings }
  })()
  return ready
}

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { listsOfEngine } from '../rig/engine-lists.ts'
import type { Started } from '../support/cli.ts'
import { rigForCli } from '../support/rig.ts'
import type { ScenarioHost } from './host.ts'

/** The rig's Swarm. */
export async function openSwarmHost(): Promise<ScenarioHost> {
  const env = await rigForCli()
  const docker = async (...argv: string[]) => (await promisify(execFile)('docker', argv, { env: { ...process.env, ...env } })).stdout.trim()
  return {
    env,
    inventory: async (results) => (results ? await listsOfEngine(docker, `name=${results.id.split('-')[1]}`) : []),
    async squat(volume, run) {
      const stack = await stackOf(run)
      const squatter = await docker('run', '--detach', '--label', 'ccci-test=squatter', '--network', 'none', '--volume', `${stack}_${volume}:/data`, 'busybox:1.35', 'sleep', '600')
      return { letGo: async () => void (await docker('rm', '--force', squatter)) }
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Its volumes stand when the backup begins, and stay to the end. */
async function stackOf(run: Started): Promise<string> {
  const domain = /, at (\S+)/.exec(await run.says(/^\S+ backup, at most/m))![1]!
  return domain.replaceAll('.', '_')
}

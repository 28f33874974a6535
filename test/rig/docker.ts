import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandOptions, CommandResult } from './command.ts'
import { RigError, run } from './command.ts'
import { everywhere, searchPath } from './host.ts'
import type { Places } from './places.ts'

/** The rig's own use of the Docker client: always our engine, never the person's own login or context. */

export function dockerEnvironment(places: Places): NodeJS.ProcessEnv {
  return {
    PATH: searchPath().join(':'),
    HOME: process.env.HOME,
    DOCKER_HOST: `unix://${places.socket}`,
    DOCKER_CONFIG: places.dockerConfig,
    // The builder that needs no plugin and runs on every engine since 1.x.
    DOCKER_BUILDKIT: '0',
  }
}

/** 29 asks for a newer API than the engine that Debian 12 has. */
export const ownClientVersion = '28.5.2'

/** Where the client lies that the rig makes where there is no 28 on the PATH. */
export function ownClient(places: Places): string {
  return join(places.clients, ownClientVersion, 'docker')
}

export async function docker(places: Places, args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  const client = [...everywhere('docker'), ownClient(places)].find(existsSync)
  if (!client) throw new RigError('there is no docker client on the PATH: npm run rig -- up client')
  return await run(client, args, { env: dockerEnvironment(places), ...options })
}

/** The first client on the PATH of that major version. */
export async function clientOfMajor(major: number): Promise<{ path: string; version: string } | undefined> {
  for (const path of everywhere('docker')) {
    const { stdout } = await run(path, ['--version'], { mayExit: [1, 125, 126, 127] })
    const version = /version (\d+\.[^, ]+)/.exec(stdout)?.[1]
    if (version?.startsWith(`${major}.`)) return { path, version }
  }
  return undefined
}

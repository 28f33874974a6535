import type { PlatformApp } from '../../domain/model/platform.ts'
import type { PlatformPorts } from '../../workflows/reconcile/context.ts'
import { type Call, EXIT, UsageError } from '../command.ts'

/** The platform app of that name, or bad usage that names those there are. */
export function appNamed(call: Call, name: string): PlatformApp {
  const { platform } = call.services.settings
  const app = platform.find((one) => one.name === name)
  if (app) return app
  throw new UsageError(platform.length === 0 ? noApps(call) : `There is no platform app "${name}". The settings name: ${platform.map((one) => one.name).join(', ')}.`)
}

/** All of them, or the one that was named. */
export function appsAsked(call: Call): PlatformApp[] {
  const name = call.words[0]
  if (name !== undefined) return [appNamed(call, name)]
  if (call.services.settings.platform.length === 0) throw new UsageError(noApps(call))
  return call.services.settings.platform
}

function noApps({ services }: Call): string {
  return `The settings name no platform apps. Add them under "platform" in ${services.settings.file ?? `${services.settings.stateFolder}/settings.yml`}; cc-ci settings example shows how.`
}

/** What runs the platform's apps: the Swarm, or the scripted world where tests set one. */
export function platformEngine({ engine, settings }: Call['services']): ReturnType<Call['services']['engine']> {
  return engine(settings.scriptedSocket === undefined ? 'swarm' : 'scripted')
}

/** Does what needs the platform's engine. Without it: said, and the exit code for it. */
export async function onPlatform({ services, io }: Call, work: (ports: PlatformPorts) => Promise<number>): Promise<number> {
  const engine = await platformEngine(services)
  if (!('unavailable' in engine)) return work(services.platformPorts(engine))
  io.err(engine.unavailable)
  return EXIT.infra
}

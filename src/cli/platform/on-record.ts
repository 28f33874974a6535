import type { PlatformApp } from '../../domain/model/platform.ts'
import type { PlatformPorts } from '../../workflows/reconcile/context.ts'
import type { Refused } from '../../workflows/reconcile/person-says.ts'
import { byWhom } from '../by-whom.ts'
import { type Call, EXIT, InfraError, UsageError } from '../command.ts'
import { appNamed, onPlatform } from './app.ts'

/** What a person says of `APP VERSION`, written into the app's record: by whom `--by` names, otherwise by who calls. `inWords`: what is answered where it was taken. */
export async function onRecord<T extends { is: string }>(call: Call, say: (ports: PlatformPorts, app: PlatformApp, given: { version: string; by: string }) => Promise<T | Refused>, inWords: (app: PlatformApp, told: T) => string): Promise<number> {
  const app = appNamed(call, call.words[0]!)
  return await onPlatform(call, async (ports) => {
    const told = await say(ports, app, { version: call.words[1]!, by: byWhom(call) })
    if (isRefused(told)) throw told.because === 'host' ? new InfraError(told.why) : new UsageError(told.why)
    call.io.out(call.json ? JSON.stringify({ app: app.name, ...told }, null, 2) : inWords(app, told))
    return EXIT.pass
  })
}

function isRefused<T extends { is: string }>(told: T | Refused): told is Refused {
  return told.is === 'refused'
}

import type { KeptVersion, PlatformApp } from '../../domain/model/platform.ts'
import { generateSecret } from '../../domain/plan/secrets.ts'
import { plainLine } from '../../lib/plain-text.ts'
import { redactor } from '../../lib/redact.ts'
import { isPortError, PortError } from '../../ports/port-error.ts'
import { linesTakenIn } from '../app/last-lines.ts'
import type { PlatformPorts, ReconcileContext } from './context.ts'

/** Makes the secrets that are not there yet: kept first, made after, so that none exists of which only the engine knows the value (invariant 15, trap 58). */
export async function makeSecrets(context: ReconcileContext, version: KeptVersion): Promise<void> {
  const { ports, instance } = context
  for (const secret of await keepSecrets(context, version)) {
    try {
      await ports.engine.createSecret(instance, secret)
    } catch (error) {
      // Made by somebody before us, with a value that nobody gives back: the app works with that one.
      if (!isPortError(error, 'conflict')) throw error
    }
  }
}

/** The values of a version's secrets, each on disk. One that only the host can give is the host's to mend, and marks no version. Asked for before anything stops, too: a store that cannot be opened must not be met by an app that is down. */
export async function keepSecrets({ ports, app }: ReconcileContext, version: KeptVersion): Promise<Array<{ name: string; value: string }>> {
  const kept: Array<{ name: string; value: string }> = []
  for (const need of version.secrets) {
    const given = need.fromSettings === undefined ? undefined : ports.host.secret(need.fromSettings, app.name)
    const known = await ports.secrets.get(app.name, need.name)
    if (known === undefined && given === undefined && (need.fromSettings !== undefined || !need.generate)) {
      throw new PortError('not-found', `The secret ${need.key} has no value, and may not be generated. Put one under "secrets" in the host's settings${need.fromSettings === undefined ? " and name it in the recipe's cc-ci.yml" : `, as ${need.fromSettings}`}.`)
    }
    const value = known ?? given ?? generateSecret(need, (count) => ports.random.bytes(count))
    if (known === undefined) await ports.secrets.put(app.name, need.name, value)
    kept.push({ name: need.name, value })
  }
  return kept
}

const WITHHELD = '(not shown: the kept secrets cannot be read, so nobody can tell whether one stands in it)'

/** Keeps secrets out of what services wrote and answered (invariant 13), and what a terminal or a channel would take for orders. */
export interface Hide {
  lines(lines: string[]): string[]
  text(text: string): string
}

/** Hides the secrets of some versions. Where they cannot be read, lines of a log are withheld, and nothing else: what is broken must still be said. */
export async function hider(ports: Pick<PlatformPorts, 'secrets'>, app: PlatformApp, versions: () => Promise<Array<KeptVersion | null>>): Promise<Hide> {
  try {
    const needs = (await versions()).flatMap((version) => version?.secrets ?? [])
    const values = await Promise.all(needs.map(({ name }) => ports.secrets.get(app.name, name)))
    const hide = redactor(values.filter((value) => value !== undefined))
    return { lines: (lines) => linesTakenIn(lines, hide), text: (text) => hide(plainLine(hide(text))) }
  } catch (error) {
    if (!isPortError(error)) throw error
    return { lines: (lines) => (lines.length > 0 ? [WITHHELD] : []), text: plainLine }
  }
}

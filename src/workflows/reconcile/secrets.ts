import type { KeptVersion } from '../../domain/model/platform.ts'
import { generateSecret } from '../../domain/plan/secrets.ts'
import { isPortError } from '../../ports/port-error.ts'
import { TurnBack } from '../journal/step.ts'
import type { ReconcileContext } from './context.ts'

/** Makes the secrets that are not there yet: kept first, made after, so that none exists of which only the engine knows the value (invariant 15, trap 58). */
export async function makeSecrets({ ports, app, instance }: ReconcileContext, version: KeptVersion): Promise<void> {
  for (const need of version.secrets) {
    const given = need.fromSettings === undefined ? undefined : ports.host.secret(need.fromSettings, app.name)
    const known = await ports.secrets.get(app.name, need.name)
    if (known === undefined && given === undefined && (need.fromSettings !== undefined || !need.generate)) {
      throw new TurnBack(`The secret ${need.key} has no value, and may not be generated. Put one under "secrets" in the host's settings and name it in cc-ci.yml.`, 'version')
    }
    const value = known ?? given ?? generateSecret(need, (count) => ports.random.bytes(count))
    if (known === undefined) await ports.secrets.put(app.name, need.name, value)
    try {
      await ports.engine.createSecret(instance, { name: need.name, value })
    } catch (error) {
      // Made by somebody before us, with a value that nobody gives back: the app works with that one.
      if (!isPortError(error, 'conflict')) throw error
    }
  }
}

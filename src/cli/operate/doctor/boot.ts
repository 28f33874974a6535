import { analyse } from '../../../domain/boot/analyse.ts'
import { counted } from '../../../domain/report/words.ts'
import { isPortError } from '../../../ports/port-error.ts'
import { readPlatform } from '../../boot/read-platform.ts'
import type { Call } from '../../command.ts'
import type { Finding } from '../../../domain/plan/doctor/finding.ts'

/** Somebody sits and waits for all that the doctor has to say: recipes that do not come are one line of it, and no more. */
const LIMIT = 30_000

/** Whether the platform apps of the settings would come up on a cold boot; nothing where there are none. Their recipes are fetched, for `limitMs` at most. */
export async function bootFinding(call: Call, limitMs = LIMIT): Promise<Finding[]> {
  const { clock, settings, signals } = call.services
  if (settings.platform.length === 0) return []
  call.io.err(`Fetching recipes, for ${limitMs / 1000} s at most: ${settings.platform.map(({ name }) => name).join(', ')}`)
  const deadline = clock.deadline(limitMs)
  try {
    const { findings } = analyse((await readPlatform({ ...call, words: [] }, AbortSignal.any([signals.cancel, deadline.signal]))).graph)
    if (findings.length === 0) return [{ about: 'boot', state: 'good', says: 'every platform app can come up from nothing' }]
    return [{ about: 'boot', state: 'trouble', says: `the platform apps would not come up from nothing: ${counted(findings.length, 'fault')}`, mend: 'cc-ci boot check' }]
  } catch (error) {
    if (!isPortError(error)) throw error
    if (deadline.signal.aborted) return [{ about: 'boot', state: 'note', says: `nobody can say whether it would come up: the recipes were not there within ${limitMs / 1000} s`, mend: 'cc-ci boot check, which waits longer' }]
    return [{ about: 'boot', state: 'note', says: `nobody can say whether it would come up: ${error.message}` }]
  } finally {
    deadline.cancel()
  }
}

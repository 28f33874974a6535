import { analyse } from '../../../domain/boot/analyse.ts'
import { counted } from '../../../domain/report/words.ts'
import { isPortError } from '../../../ports/port-error.ts'
import { readPlatform } from '../../boot/read-platform.ts'
import type { Call } from '../../command.ts'
import type { Finding } from './finding.ts'

/** Whether the platform apps of the settings would come up on a cold boot; nothing where there are none. */
export async function bootFinding(call: Call): Promise<Finding[]> {
  if (call.services.settings.platform.length === 0) return []
  try {
    const { findings } = analyse((await readPlatform({ ...call, words: [] })).graph)
    if (findings.length === 0) return [{ about: 'boot', state: 'good', says: 'every platform app can come up from nothing' }]
    return [{ about: 'boot', state: 'trouble', says: `the platform apps would not come up from nothing: ${counted(findings.length, 'fault')}`, mend: 'cc-ci boot check' }]
  } catch (error) {
    if (!isPortError(error)) throw error
    return [{ about: 'boot', state: 'note', says: `nobody can say whether it would come up: ${error.message}` }]
  }
}

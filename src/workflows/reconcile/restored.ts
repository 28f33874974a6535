import { type PlatformApp, RESTORE_DATA } from '../../domain/model/platform.ts'
import { instanceOf, type PlatformPorts } from './context.ts'
import { withDeadlines } from './deadlines.ts'
import { personSays, type Refused, refused } from './person-says.ts'
import { assertQuiet } from './steps.ts'

export interface Restored {
  is: 'restored'
  version: string
  by: string
}

/**
 * A person put the data back by hand, because the snapshot is damaged for good: the way back goes on after that step. Only where it stands there, only for the
 * version that it goes back to, and only while nothing runs on the data.
 */
export async function restored(reached: PlatformPorts, app: PlatformApp, given: { version: string; by: string }): Promise<Restored | Refused> {
  const ports = withDeadlines(reached)
  return await personSays(ports, app, 'restored', async (record) => {
    const { open } = record.history
    if (!open?.turned || !open.intended.includes(RESTORE_DATA) || RESTORE_DATA in open.done) {
      return refused(`${app.name} does not wait for its data to be put back${open ? `: reconcile it first, for its ${open.kind} to ${open.to.version} was interrupted` : ''}.`)
    }
    if (open.from?.version !== given.version) return refused(`${app.name} goes back to ${open.from?.version}, so it is the data of that version which has to be there, not of ${given.version}.`)
    if (open.domain !== undefined && open.domain !== app.domain) return refused(`${app.name} goes back as ${open.domain}, and the settings now say ${app.domain}: set that back first.`)
    await assertQuiet({ ports, instance: instanceOf(app) })
    await record.append({ entry: 'done', step: RESTORE_DATA, found: { by: given.by } })
    return { is: 'restored', version: given.version, by: given.by }
  })
}

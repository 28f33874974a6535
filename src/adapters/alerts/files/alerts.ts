import { mkdir, readdir, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isAlertId } from '../../../domain/plan/alert-id.ts'
import { NEWER } from '../../../domain/plan/relay.ts'
import { FOLDER_MODE, syncFolder, writeWhole } from '../../../lib/whole-file.ts'
import type { Alert, Alerts, StoredAlert } from '../../../ports/alerts.ts'
import type { Clock } from '../../../ports/clock.ts'
import { PortError } from '../../../ports/port-error.ts'
import { alertError } from './errors.ts'
import { contentOf, putAside, readAlert } from './stored-alert.ts'

/**
 * One file an alert: `alerts/<id>.json` while it is raised, `alerts/seen/<id>.json` once a person has seen it or it is over.
 *
 *     raise ──► alerts/ ──(seen)────► alerts/seen/ ──(raise again: nothing; resolve: over)
 *                  └────(resolved)──► alerts/seen/ ──(raise again: raised anew)
 *
 * What is raised as something new ends the one before first, in either place: killed in between, the next raise begins anew. A file that cannot be read is put
 * aside by whoever needs its place, and what it was about is raised as if it had never been told.
 */
export function fileAlerts(given: { folder: string; clock: Clock }): Alerts {
  const { folder, clock } = given
  const seen = join(folder, 'seen')
  const raised = (id: string) => join(folder, `${safeId(id)}.json`)
  const archived = (id: string) => join(seen, `${safeId(id)}.json`)

  const write = async (path: string, alert: StoredAlert) => {
    try {
      await mkdir(seen, { recursive: true, mode: FOLDER_MODE })
      await writeWhole(path, `${JSON.stringify(alert, null, 2)}\n`)
    } catch (error) {
      throw alertError(error, `Writing the alert ${path}`)
    }
  }

  /** The archived form first, then the move: killed in between, it is still raised, and ending it once more does no harm. */
  const end = async (id: string, alert: StoredAlert, how: NonNullable<StoredAlert['ended']>['how'], says: string) => {
    await write(raised(id), { ...alert, ended: { at: clock.now(), how, says } })
    await readable(archived(id))
    try {
      await rename(raised(id), archived(id))
      await syncFolder(folder)
    } catch (error) {
      throw alertError(error, `Archiving the alert ${id}`)
    }
  }

  return {
    async raise(alert) {
      const { alert: open, aside } = await readable(raised(alert.id))
      if (open && isSame(open, alert)) {
        const { raisedAt, lastLines } = open
        const renewed = { ...alert, lastLines: alert.lastLines.length > 0 ? alert.lastLines : lastLines, raisedAt }
        if (JSON.stringify(renewed) !== JSON.stringify(open)) await write(raised(alert.id), renewed)
        return false
      }
      if (open) await end(alert.id, open, 'resolved', NEWER)
      const { alert: before, aside: seenAside } = await readable(archived(alert.id))
      if (before?.ended?.how === 'seen') {
        if (isSame(before, alert)) return false
        await write(archived(alert.id), { ...before, ended: { at: clock.now(), how: 'resolved', says: NEWER } })
      }
      // Its id and when it was raised are one event: two within one millisecond are two.
      const lost = aside ?? seenAside
      const what = lost === undefined ? alert.what : `${alert.what} (It may have been told before: what stood on disk of it could not be read, and is kept as ${lost}.)`
      await write(raised(alert.id), { ...alert, what, raisedAt: Math.max(clock.now(), (before?.raisedAt ?? 0) + 1) })
      return true
    },
    async resolve(id, says) {
      const open = await read(raised(id))
      if (open) await end(id, open, 'resolved', says)
      const before = open ? undefined : await read(archived(id))
      if (before?.ended?.how === 'seen') await write(archived(id), { ...before, ended: { at: clock.now(), how: 'resolved', says } })
      return open !== undefined
    },
    async list() {
      const damaged: string[] = []
      return { open: await all(folder, damaged), seen: await all(seen, damaged), damaged }
    },
    async acknowledge(id, by) {
      const open = await read(raised(id))
      if (!open) throw new PortError('not-found', `There is no open alert ${id}. cc-ci alerts list shows them.`)
      await end(id, open, 'seen', `seen by ${by}`)
    },
  }

  async function all(from: string, damaged: string[]): Promise<StoredAlert[]> {
    const names = await readdir(from).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw alertError(error, `Listing ${from}`)
    })
    const alerts: StoredAlert[] = []
    for (const name of names.filter((one) => one.endsWith('.json') && !one.startsWith('.'))) {
      const alert = await read(join(from, name)).catch((error: PortError) => void damaged.push(error.message))
      if (alert) alerts.push(alert)
    }
    return alerts.sort((a, b) => b.raisedAt - a.raisedAt || a.id.localeCompare(b.id, 'en'))
  }
}

/** Words alone make it no other thing. */
function isSame(before: Alert, { kind, occurrence, next }: Alert): boolean {
  return before.kind === kind && before.occurrence === occurrence && before.next === next
}

/** Undefined: there is none. */
async function read(path: string): Promise<StoredAlert | undefined> {
  const found = await look(path)
  if (found === 'unreadable') throw new PortError('unexpected', `${path} is no alert of ours. Move it away.`)
  return found
}

/** The same for whoever goes on where it cannot be read. `aside`: where it was put then. */
async function readable(path: string): Promise<{ alert?: StoredAlert | undefined; aside?: string }> {
  const found = await look(path)
  if (found !== 'unreadable') return { alert: found }
  try {
    return { aside: await putAside(path) }
  } catch (error) {
    throw alertError(error, `Putting ${path} aside, which is no alert of ours`)
  }
}

async function look(path: string): Promise<StoredAlert | 'unreadable' | undefined> {
  try {
    const text = await contentOf(path)
    if (text === undefined) return undefined
    const alert = readAlert(text)
    return alert && `${alert.id}.json` === basename(path) ? alert : 'unreadable'
  } catch (error) {
    throw alertError(error, `Reading the alert ${path}`)
  }
}

function safeId(id: string): string {
  if (isAlertId(id)) return id
  throw new PortError('not-found', `"${id}" is no alert: their names are letters, digits, dots, plus signs and hyphens.`)
}

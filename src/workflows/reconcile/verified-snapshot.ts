import { isSnapshotError, type Snapshot, SnapshotError, type Taking } from '../../ports/snapshots.ts'
import { afterwards } from './afterwards.ts'
import type { ReconcileContext } from './context.ts'

/** Takes a snapshot and reads it back. Where it is damaged it is dropped and taken once more, sharing nothing with those before: they may be what is damaged. */
export async function takeVerified(context: ReconcileContext, taking: Taking): Promise<Snapshot> {
  return (await takeOnce(context, taking)) ?? (await takeOnce(context, { ...taking, anew: true }))!
}

async function takeOnce(context: ReconcileContext, taking: Taking): Promise<Snapshot | undefined> {
  const { ports, app, signal, say } = context
  const taken = await ports.snapshots.take(app.name, taking)
  try {
    await ports.snapshots.verify(app.name, taken.id, signal)
    return taken
  } catch (error) {
    if (!isSnapshotError(error, 'damaged')) throw error
    await ports.snapshots.drop(app.name, taken.id)
    if (taking.anew) throw new SnapshotError('damaged', `what was written does not read back (${error.says}), and was dropped. Look at the disk.`, { cause: error, says: error.says })
    const damaged = await tellDamaged(context)
    say(`${damaged.length > 0 ? `Snapshot ${damaged.join(', ')} is damaged` : 'What was written does not read back'} (${error.says}). Taking one that shares nothing with those before.`)
    return undefined
  }
}

/** Which of those that are kept are damaged. Each is an alert: a person may count on it. */
async function tellDamaged(context: ReconcileContext): Promise<string[]> {
  const { ports, app, signal } = context
  const damaged: string[] = []
  for (const { id } of await ports.snapshots.list(app.name)) {
    try {
      await ports.snapshots.verify(app.name, id, signal)
    } catch (error) {
      if (!isSnapshotError(error, 'damaged')) throw error
      damaged.push(id)
      await afterwards(context, async () => {
        await ports.alerts.raise({
          id: alertOf(app.name, id), kind: 'notice', app: app.name, lastLines: [],
          what: `An earlier snapshot of ${app.name}, ${id}, is damaged: ${error.says}.`,
          next: 'Look at the disk. The next snapshot shares nothing with it, and once that one is known-good this one goes by itself; until then it is kept as it is.',
        })
      })
    }
  }
  return damaged
}

/** After an operation: those that are kept no longer are nobody's trouble. */
export async function forgetDamaged(context: ReconcileContext): Promise<void> {
  const { ports, app } = context
  await afterwards(context, async () => {
    const told = (await ports.alerts.list()).open.filter((alert) => alert.app === app.name && alert.id.startsWith(alertOf(app.name, '')))
    if (told.length === 0) return
    const kept = (await ports.snapshots.list(app.name)).map(({ id }) => alertOf(app.name, id))
    for (const { id } of told) if (!kept.includes(id)) await ports.alerts.resolve(id, 'it is kept no longer')
  })
}

/** Not one of those that each reconcile settles: it stays true whatever runs. */
function alertOf(app: string, snapshot: string): string {
  return `snapshot-${app}-${snapshot}`
}

import type { AlertMessage, Delivery, StoredAlert, Telling } from '../model/alert.ts'
import { messageIdOf } from '../plan/relay.ts'
import { capital, sayRunning } from './alert-versions.ts'
import { sayMoment } from './moment.ts'

/** More of a log belongs on the host. */
const MOST_LINES = 20

const TITLES: Record<StoredAlert['kind'], string> = { stuck: 'STUCK', failed: 'failed', held: 'waits for you', trouble: 'trouble', notice: 'notice' }

/** What people read on their channel. `from`: which host speaks. */
export function messageOf({ event, alert }: Pick<Delivery, 'event' | 'alert'>, telling: Telling, from: string): AlertMessage {
  const title = `${alert.app}: ${telling === 'raised' ? TITLES[alert.kind] : 'over'}`
  const common = { id: messageIdOf({ event, telling }), event, telling, from, alert, title }
  if (telling === 'raised') return { ...common, at: alert.raisedAt, text: raisedText(alert, from) }
  const { at, says } = alert.ended ?? { at: alert.raisedAt, says: 'it is no longer so' }
  return { ...common, at, text: [`No longer so: ${alert.what}`, '', `${says.startsWith(`${alert.app} `) ? says : capital(says)}.`, ending(alert.id, at, from)].join('\n') }
}

function raisedText(alert: StoredAlert, from: string): string {
  const { what, versionTried, versionHeld, versionRunning, lastLines, next } = alert
  return [
    what,
    '',
    ...(versionTried === undefined ? [] : [`Tried: ${versionTried}`]),
    ...(versionHeld === undefined ? [] : [`Waits: ${versionHeld}`]),
    ...(versionTried === undefined && versionHeld === undefined && versionRunning === undefined ? [] : [`Runs now: ${sayRunning(alert)}`]),
    `Next: ${next}`,
    ...(lastLines.length === 0 ? [] : ['', 'The last lines of its log:', ...lastLines.slice(-MOST_LINES).map((line) => `| ${line}`)]),
    ending(alert.id, alert.raisedAt, from),
  ].join('\n')
}

function ending(id: string, at: number, from: string): string {
  return `\n${from}, ${sayMoment(at)} UTC\n${id}`
}

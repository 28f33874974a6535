import type { StoredAlert } from '../model/alert.ts'

/** What an alert is about and what runs, in one line; undefined where it is about no version. */
export function sayVersions(alert: Pick<StoredAlert, 'versionTried' | 'versionHeld' | 'versionRunning'>): string | undefined {
  const { versionTried, versionHeld } = alert
  const about = versionTried !== undefined ? `tried ${versionTried}` : versionHeld !== undefined ? `${versionHeld} waits` : undefined
  return about === undefined ? undefined : `${about}; runs: ${sayRunning(alert)}`
}

export function sayRunning({ versionRunning }: Pick<StoredAlert, 'versionRunning'>): string {
  return versionRunning ?? 'nothing that is known to be well'
}

/** As a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

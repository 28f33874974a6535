import type { Settings } from '../../settings/settings.ts'

/** The command that makes the shared network: a host that keeps no platform apps of its own has no unit for it. */
export function howToMake({ platform, proxy }: Pick<Settings, 'platform' | 'proxy'>): string {
  return platform.length > 0 ? 'cc-ci boot up --only networks' : `docker network create --driver overlay --attachable --subnet ${proxy.subnet} ${proxy.network}`
}

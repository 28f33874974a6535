import type { Finding } from './finding.ts'

/** What Docker Hub says of fetching from here. */
export interface HubAnswer {
  /** Fetches within the window, in all and left; undefined: it counts none for us. */
  limit: number | undefined
  left: number | undefined
}

/** A night of runs fetches about so many; with fewer left some will fail (trap 34). */
const FEW = 20

/** Whether images can be fetched as often as runs need them. `hub` undefined: it was not reached. */
export function pullFinding({ hasLogin, mirrors, hub }: { hasLogin: boolean; mirrors: readonly string[]; hub: HubAnswer | undefined }): Finding {
  const about = 'image pulls'
  const login = 'name an account for docker.io under registries in the settings, or give the engine a mirror (registry-mirrors in /etc/docker/daemon.json)'
  if (mirrors.length > 0) return { about, state: 'good', says: `the engine fetches through ${mirrors.join(', ')}` }
  if (hub === undefined) return { about, state: 'note', says: 'Docker Hub was not reached: nobody can say how many images may still be fetched' }
  if (hub.limit === undefined || hub.left === undefined) return { about, state: 'good', says: 'Docker Hub names no limit for this host' }
  const says = `Docker Hub gives this host ${hub.left} more of ${hub.limit} images`
  if (hub.left < FEW) return { about, state: 'trouble', says: `${says}: runs will end as host trouble`, mend: hasLogin ? 'wait until the window is over, or give the engine a mirror' : login }
  return hasLogin ? { about, state: 'good', says } : { about, state: 'note', says: `${says}; without an account that is shared with everybody behind the same address`, mend: login }
}

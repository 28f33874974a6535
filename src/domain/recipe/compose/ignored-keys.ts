import { type Dict, isDict, type Origins } from './origins.ts'
import type { Problems } from './problems.ts'

/**
 * What Docker's stack deploy reads past, and what that means. `depends_on` is not here: nearly every recipe has it, and nobody is misled for long. The keys of this kind that reach for the host (`privileged`, `network_mode`, …) are
 * not here: they are refused, see `reach`.
 */
const IGNORED: Record<string, string> = {
  build: 'Publish the image and name it in `image`: Swarm builds nothing.',
  cgroupns_mode: 'Remove it.',
  container_name: 'Remove it: Swarm names its containers itself.',
  domainname: 'Set `hostname`.',
  expose: 'Remove it: services on one network reach all of each other\'s ports.',
  external_links: 'Put both services on one network.',
  links: 'Put both services on one network; they find each other by name.',
  mac_address: 'Remove it.',
  oom_score_adj: 'Remove it: the client (28.2) checks it and then forgets it.',
  shm_size: 'Mount a tmpfs of that size at /dev/shm: type: tmpfs, target: /dev/shm, tmpfs: { size: 67108864 }.',
}

export function warnOfIgnoredKeys(services: Dict, origins: Origins, problems: Problems): void {
  for (const [name, service] of Object.entries(services)) {
    if (!isDict(service)) continue
    for (const key of Object.keys(service)) {
      const at = origins.of(service, key)?.key
      if (!at) continue
      if (Object.hasOwn(IGNORED, key)) problems.warning('compose/ignored-key', at, `Swarm ignores \`services.${name}.${key}\`.`, IGNORED[key]!)
      if (key === 'restart' && !(isDict(service.deploy) && isDict(service.deploy.restart_policy))) {
        problems.warning('compose/ignored-key', at, `\`services.${name}.restart\` is an old form on Swarm.`, 'Set deploy.restart_policy.condition: any, on-failure or none.')
      } else if (key === 'restart') {
        problems.warning('compose/ignored-key', at, `Swarm ignores \`services.${name}.restart\` beside deploy.restart_policy.`, 'Remove it.')
      }
    }
  }
}

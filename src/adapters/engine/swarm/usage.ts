import type { App } from '../../../domain/model/app.ts'
import { isPortError } from '../../../ports/port-error.ts'
import type { ApiVolume } from './api.ts'
import { DOCKER_STACK, isOurs, stackIn } from './labels.ts'
import type { Parts } from './parts.ts'

/** The engine walks every volume on the machine for this, so that one answer serves all apps for a while, ms. */
const DISK_GOOD_FOR_MS = 20_000

interface Stats {
  memory_stats?: { usage?: number; stats?: { inactive_file?: number; total_inactive_file?: number } }
}

interface DiskUse {
  Volumes?: ApiVolume[] | null
}

export interface Usage {
  usage(app: App): Promise<{ memoryBytes: number; diskBytes: number }>
}

export function usageOf(parts: Parts): Usage {
  let last: { at: number; use: Promise<DiskUse> } | undefined

  /** The sizes of the named volumes that exist now, as last measured; a volume that is not measured yet starts a new measurement. */
  async function sizes(names: string[]): Promise<number> {
    if (names.length === 0) return 0
    let measured = (await diskUse(false)).Volumes ?? []
    if (names.some((name) => !measured.some(({ Name }) => Name === name))) measured = (await diskUse(true)).Volumes ?? []
    return measured.filter(({ Name }) => names.includes(Name)).reduce((sum, { UsageData }) => sum + Math.max(0, UsageData?.Size ?? 0), 0)
  }

  function diskUse(anew: boolean): Promise<DiskUse> {
    const now = parts.clock.monotonic()
    if (last && !anew && now - last.at < DISK_GOOD_FOR_MS) return last.use
    // `type` is understood from API 1.42 on and ignored before.
    const use = parts.connection.call<DiskUse>({ to: 'measuring volumes', path: '/system/df', query: { type: 'volume' }, timeoutMs: 120_000 })
    last = { at: now, use }
    use.catch(() => {
      last = undefined
    })
    return use
  }

  async function memoryOf(container: string): Promise<number> {
    try {
      const { memory_stats } = await parts.connection.call<Stats>({ to: 'measuring a container', path: `/containers/${container}/stats`, query: { stream: false, 'one-shot': true } })
      // Cached files that nobody holds are the kernel's to give back, not the app's use.
      const cached = memory_stats?.stats?.inactive_file ?? memory_stats?.stats?.total_inactive_file ?? 0
      return Math.max(0, (memory_stats?.usage ?? 0) - cached)
    } catch (error) {
      if (isPortError(error, 'not-found') || isPortError(error, 'conflict')) return 0
      throw error
    }
  }

  return {
    async usage(app) {
      const [containers, volumes] = await Promise.all([parts.lists.containers({ label: `${DOCKER_STACK}=${app.stack}` }), parts.lists.volumes()])
      const own = volumes.filter(({ Labels }) => isOurs(Labels, parts.stateId) && stackIn(Labels) === app.stack)
      const [memory, diskBytes] = await Promise.all([
        Promise.all(containers.filter(({ State }) => State === 'running').map(({ Id }) => memoryOf(Id))),
        sizes(own.map(({ Name }) => Name)),
      ])
      return { memoryBytes: memory.reduce((sum, bytes) => sum + bytes, 0), diskBytes }
    },
  }
}

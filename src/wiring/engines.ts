import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { EngineKind } from '../domain/model/run.ts'
import type { Clock } from '../ports/clock.ts'
import type { Engine, NoEngine } from '../ports/engine.ts'
import type { HostRanges, Networks } from '../ports/network.ts'
import { isPortError } from '../ports/port-error.ts'
import type { Processes } from '../ports/process.ts'
import type { Settings } from '../settings/settings.ts'
import { loadedWhenAsked } from './loaded-when-asked.ts'
import { textOf } from './named-file.ts'

/** The domain of apps on `local`: reserved for exactly this, never on the network. */
const LOCAL_DOMAIN = 'ci.localhost'

/** Opens an engine and makes sure that it answers; otherwise the sentence that says what is missing. Its adapter is loaded here: most commands open none. */
export async function openEngine(kind: EngineKind, given: { settings: Settings; clock: Clock; processes: Processes }): Promise<Engine | NoEngine> {
  const { settings, clock, processes } = given
  const stateId = stateIdOf(settings.stateFolder)
  switch (kind) {
    case 'local': {
      const { localEngine } = await import('../adapters/engine/local/engine.ts')
      return localEngine({ folder: join(settings.stateFolder, 'local'), processes, clock, stateId, domain: LOCAL_DOMAIN, nodePath: process.execPath })
    }
    case 'swarm': {
      const { swarmEngine } = await import('../adapters/engine/swarm/engine.ts')
      let engine: Engine | undefined
      try {
        engine = swarmEngine({
          dockerHost: settings.docker.host,
          clientPath: settings.docker.client,
          processes,
          clock,
          stateId,
          configFolder: join(settings.stateFolder, 'docker'),
          reach: {
            scheme: 'https',
            address: settings.proxy.address,
            port: settings.proxy.port,
            domain: settings.domain ?? LOCAL_DOMAIN,
            ...(settings.proxy.caFile ? { ca: textOf(settings.proxy.caFile) } : {}),
          },
          proxyNetwork: settings.proxy.network,
          registries: settings.registries.map(({ host, username, passwordFile }) => ({ host, username, password: textOf(passwordFile).trim() })),
        })
        await engine.facts()
        return engine
      } catch (error) {
        await engine?.close()
        if (isPortError(error)) return { unavailable: error.message, kind: error.kind }
        throw error
      }
    }
    case 'scripted': {
      if (settings.scriptedSocket === undefined) return { unavailable: 'The scripted engine is for tests only: CCCI_SCRIPTED names its socket.', kind: 'unsupported' }
      const { scriptedEngine } = await import('../adapters/engine/scripted/engine.ts')
      return scriptedEngine({ socket: settings.scriptedSocket })
    }
  }
}

/** Opens nothing until it is asked: also for a host that has no Swarm yet. */
export function openNetworks({ settings, clock }: { settings: Settings; clock: Clock }): { networks: Networks; ranges: HostRanges; close(): Promise<void> } {
  const dockerHost = settings.docker.host
  const networks = loadedWhenAsked<Networks>(async () => (await import('../adapters/engine/swarm/networks.ts')).swarmNetworks({ dockerHost, clock, stateId: stateIdOf(settings.stateFolder) }))
  const ranges = loadedWhenAsked<HostRanges>(async () => (await import('../adapters/network/linux/ranges.ts')).linuxRanges({ dockerHost }))
  return { networks: networks.port, ranges: ranges.port, close: async () => await (await networks.ifLoaded())?.close() }
}

/** Two installations on one engine tell their things apart by this. */
export function stateIdOf(stateFolder: string): string {
  return createHash('sha256').update(stateFolder).digest('hex').slice(0, 12)
}

import { lookup } from 'node:dns/promises'
import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import type { Processes } from '../../../ports/process.ts'
import type { Vitals } from '../../../ports/vitals.ts'
import { askHub, DOCKER_HUB, type HubAt } from './hub.ts'

/** ms; for a word with a program or a server of names. */
const LIMIT = 5_000

export function linuxVitals({ processes, hub = DOCKER_HUB }: { processes: Processes; hub?: HubAt }): Vitals {
  /** What a program says, undefined where there is none or it does not do. */
  async function ask(...argv: [string, ...string[]]): Promise<string | undefined> {
    try {
      const { exitCode, stdout } = await processes.run({ argv, timeoutMs: LIMIT })
      return exitCode === 0 ? stdout : undefined
    } catch {
      // Not installed.
      return undefined
    }
  }

  return {
    async timeIsKept() {
      const said = (await ask('timedatectl', 'show', '--property=NTPSynchronized', '--value'))?.trim()
      return said === 'yes' ? true : said === 'no' ? false : undefined
    },

    async addressesOf(name) {
      // The system's own resolver has limits of minutes and cannot be called off.
      const late = Promise.withResolvers<undefined>()
      const timer = setTimeout(() => late.resolve(undefined), LIMIT)
      try {
        return await Promise.race([lookup(name, { all: true }).then((found) => [...new Set(found.map(({ address }) => address))]), late.promise])
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOTFOUND' ? [] : undefined
      } finally {
        clearTimeout(timer)
      }
    },

    ownAddresses: () => Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address)),

    askHub: (login) => askHub(hub, login),

    async failedUnits() {
      if (!existsSync('/run/systemd/system')) return []
      const said = await ask('systemctl', 'list-units', '--state=failed', '--plain', '--no-legend', '--full')
      return (said ?? '').split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || [])
    },

    async loadModule(name) {
      try {
        const { exitCode, stderr } = await processes.run({ argv: ['modprobe', name], timeoutMs: LIMIT })
        return exitCode === 0 ? undefined : stderr.trim() || `modprobe ended with ${exitCode}`
      } catch (error) {
        return (error as Error).message
      }
    },
  }
}

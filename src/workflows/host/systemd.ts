import type { Machine } from '../../ports/machine.ts'
import { PortError } from '../../ports/port-error.ts'
import type { HostStep } from './step.ts'

/** What systemd says to a call that has to succeed. */
async function systemctl(machine: Machine, ...args: string[]): Promise<string> {
  const { code, out, err } = await machine.systemctl(...args)
  if (code !== 0) throw new PortError('unexpected', `systemctl ${args.join(' ')} ended with ${code ?? 'a signal'}: ${(err || out).trim()}`)
  return out
}

/** `units`: those that are asked whether systemd knows them as they lie on the disk. */
export function reload(machine: Machine, units: readonly string[]): HostStep {
  return {
    is: 'have systemd read its units',
    async needed() {
      if (units.length === 0) return 'units are gone'
      const { out } = await machine.systemctl('show', '--property=NeedDaemonReload,LoadState', ...units)
      return /NeedDaemonReload=yes|LoadState=not-found/.test(out) ? 'units changed' : undefined
    },
    act: async () => void (await systemctl(machine, 'daemon-reload')),
  }
}

export function enable(machine: Machine, unit: string): HostStep {
  return {
    is: `enable ${unit}`,
    needed: async () => ((await machine.systemctl('is-enabled', unit)).out.trim() === 'enabled' ? undefined : 'is not enabled'),
    act: async () => void (await systemctl(machine, 'enable', unit)),
  }
}

/** Not waited for: an app may take as long as its start limit. */
export function start(machine: Machine, unit: string): HostStep {
  return {
    is: `start ${unit}`,
    needed: async () => ((await machine.systemctl('is-active', unit)).out.trim() === 'active' ? undefined : 'is not active'),
    act: async () => void (await systemctl(machine, 'start', '--no-block', unit)),
  }
}

/** What runs goes on with the version that it began with, and only now with the new one. `isNew`: whether the program changed. */
export function restart(machine: Machine, unit: string, isNew: boolean): HostStep {
  return {
    is: `restart ${unit}`,
    needed: async () => (isNew && (await machine.systemctl('is-active', unit)).out.trim() === 'active' ? 'runs the version before' : undefined),
    act: async () => void (await systemctl(machine, 'try-restart', '--no-block', unit)),
  }
}

/** Stops it and has it begin at no boot; what it brought up is left as it is. */
export function disable(machine: Machine, unit: string): HostStep {
  return {
    is: `disable ${unit}`,
    async needed() {
      const enabled = (await machine.systemctl('is-enabled', unit)).out.trim()
      const active = (await machine.systemctl('is-active', unit)).out.trim()
      return enabled === 'enabled' || active === 'active' || active === 'activating' ? `is ${enabled || 'not enabled'}, ${active}` : undefined
    },
    act: async () => void (await systemctl(machine, 'disable', '--now', unit)),
  }
}

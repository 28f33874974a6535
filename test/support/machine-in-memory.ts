import { PortError } from '../../src/ports/port-error.ts'
import type { Machine } from '../../src/ports/machine.ts'

/** A machine with systemd that is only said to be one: files in a map, what systemd was told in a list. */
export interface MachineInMemory extends Machine {
  files: Map<string, { text: string; mode: number }>
  links: Map<string, string>
  told: string[]
  /** Calls that begin so fail: `write /usr/local/bin`, `systemctl enable`. */
  failing: string | undefined
}

export function machineInMemory(): MachineInMemory {
  const files: MachineInMemory['files'] = new Map()
  const links = new Map<string, string>()
  const folders = new Set<string>()
  const told: string[] = []
  const state = { enabled: new Set<string>(), active: new Set<string>(), read: '' }
  const unitsOnDisk = () => JSON.stringify([...files].filter(([path]) => path.startsWith('/etc/systemd/system/')))
  const may = (what: string) => {
    if (machine.failing !== undefined && what.startsWith(machine.failing)) throw new PortError('unexpected', `${what} failed: as told.`)
  }
  const below = (path: string) => (other: string) => other === path || other.startsWith(`${path}/`)
  const machine: MachineInMemory = {
    files, links, told, failing: undefined,
    isRoot: () => true,
    hasSystemd: () => true,
    has: () => true,
    read: async (path) => files.get(path)?.text,
    isThere: async (path) => [...files.keys(), ...links.keys(), ...folders].some(below(path)),
    async write(path, text, mode) {
      may(`write ${path}`)
      files.set(path, { text, mode })
    },
    async makeFolder(path) {
      may(`make ${path}`)
      folders.add(path)
    },
    async list(folder) {
      return [...new Set([...files.keys(), ...links.keys(), ...folders].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1).split('/')[0]!))].sort()
    },
    linkOf: async (path) => links.get(path),
    async link(path, target) {
      may(`link ${path}`)
      links.set(path, target)
    },
    async move(from, to) {
      for (const [path, file] of [...files].filter(([path]) => below(from)(path))) {
        files.delete(path)
        files.set(`${to}${path.slice(from.length)}`, file)
      }
    },
    async remove(path) {
      for (const all of [files, links]) for (const one of [...all.keys()].filter(below(path))) all.delete(one)
      for (const one of [...folders].filter(below(path))) folders.delete(one)
    },
    async systemctl(verb = '', ...args) {
      may(`systemctl ${[verb, ...args].join(' ')}`)
      const unit = args.at(-1) ?? ''
      if (verb === 'is-enabled') return answer(state.enabled.has(unit) ? 'enabled' : 'disabled')
      if (verb === 'is-active') return answer(state.active.has(unit) ? 'active' : 'inactive')
      if (verb === 'show') return answer(state.read === unitsOnDisk() ? 'NeedDaemonReload=no\nLoadState=loaded' : 'NeedDaemonReload=yes')
      told.push([verb, ...args].join(' '))
      if (verb === 'daemon-reload') state.read = unitsOnDisk()
      if (verb === 'enable') state.enabled.add(unit)
      if (verb === 'start') state.active.add(unit)
      if (verb === 'disable') for (const set of [state.enabled, state.active]) set.delete(unit)
      return answer('')
    },
  }
  return machine
}

function answer(out: string): { code: number; out: string; err: string } {
  return { code: 0, out: `${out}\n`, err: '' }
}

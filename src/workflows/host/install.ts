import { commandText, environmentText, LAYOUT } from '../../domain/boot/install/layout.ts'
import { SERVER } from '../../domain/boot/host-units.ts'
import { isRendered, serviceOf } from '../../domain/boot/systemd/render.ts'
import type { Machine } from '../../ports/machine.ts'
import type { Program } from '../../ports/program.ts'
import { type HostStep, removePath, writeFile } from './step.ts'
import { disable, enable, reload, restart, start } from './systemd.ts'

export interface Installing {
  machine: Machine
  program: Program
  /** File name → text, as they are rendered from the settings. */
  units: ReadonlyMap<string, string>
  /** For a host that has none yet; what is there is kept. */
  settingsText: string
  /** Start what is enabled now, and not only at the next boot. */
  now: boolean
}

/** What a host of ours needs before it can be one, each with the mend. */
export function missingFor(machine: Machine): string[] {
  return [
    ...(machine.isRoot() ? [] : ['This changes the system: run it as root.']),
    ...(machine.hasSystemd() ? [] : ['This machine is not run by systemd: cc-ci boot up brings its units up without.']),
    ...[['docker', 'docker.io'], ['git', 'git']].flatMap(([program, debian]) => (machine.has(program!) ? [] : [`${program} is missing: apt-get install --yes ${debian}`])),
  ]
}

/**
 * Puts cc-ci on this host, or what is there already in the present version and with the present settings. The version before stays beside the new one, for
 * what still runs from it. Nobody else may be installing or removing (alone.ts): what an installation left half is told by its name, and goes.
 */
export async function installSteps({ machine, program, units, settingsText, now }: Installing): Promise<HostStep[]> {
  const id = await program.id()
  const folder = `${LAYOUT.library}/${id}`
  const current = `${LAYOUT.library}/current`
  const before = await machine.linkOf(current)
  const others = (await machine.list(LAYOUT.library)).filter((name) => name !== 'current' && name !== id && name !== before)
  const gone = await unitsOfOurs(machine, (name) => !units.has(name))
  const begun = [...units.keys()].filter((name) => /\.(target|timer)$/.test(name))
  return [
    folderOf(machine, LAYOUT.etc, 0o755),
    folderOf(machine, LAYOUT.state, 0o700),
    folderOf(machine, LAYOUT.cache, 0o755),
    folderOf(machine, LAYOUT.library, 0o755),
    {
      is: `copy cc-ci ${id} to ${folder}`,
      async needed() {
        if (!(await machine.isThere(folder))) return 'is not there'
        const missing = await program.missingIn(folder)
        return missing === undefined ? undefined : `is not whole: ${missing}`
      },
      async act() {
        const unborn = `${LAYOUT.library}/.making-${id}`
        await machine.remove(unborn)
        await program.copyTo(unborn)
        await machine.remove(folder)
        await machine.move(unborn, folder)
      },
    },
    writeFile(machine, LAYOUT.environment, environmentText(), 0o644),
    { is: `keep the settings in ${LAYOUT.settings}`, needed: async () => ((await machine.isThere(LAYOUT.settings)) ? undefined : 'there are none yet'), act: () => machine.write(LAYOUT.settings, settingsText, 0o600) },
    { is: `let ${current} lead to ${id}`, needed: async () => ((await machine.linkOf(current)) === id ? undefined : `${(await machine.linkOf(current)) ?? 'nothing'} until now`), act: () => machine.link(current, id) },
    writeFile(machine, LAYOUT.command, commandText(), 0o755),
    ...gone.map((name) => disable(machine, name)),
    ...gone.map((name) => removePath(machine, `${LAYOUT.units}/${name}`)),
    ...[...units].map(([name, text]) => writeFile(machine, `${LAYOUT.units}/${name}`, text, 0o644)),
    reload(machine, [...units.keys()]),
    ...begun.map((name) => enable(machine, name)),
    ...[...units.keys()].filter((name) => name === serviceOf(SERVER)).map((name) => restart(machine, name, before !== undefined && before !== id)),
    ...(now ? begun.map((name) => start(machine, name)) : []),
    ...others.map((name) => removePath(machine, `${LAYOUT.library}/${name}`)),
  ]
}

/** Takes it off again. The apps go on running; settings, records, snapshots and backups stay where they are. */
export async function removeSteps(machine: Machine): Promise<HostStep[]> {
  const units = await unitsOfOurs(machine, () => true)
  return [
    ...units.toSorted(timersFirst).map((name) => disable(machine, name)),
    ...units.map((name) => removePath(machine, `${LAYOUT.units}/${name}`)),
    ...(units.length > 0 ? [reload(machine, [])] : []),
    removePath(machine, LAYOUT.command),
    removePath(machine, LAYOUT.environment),
    removePath(machine, LAYOUT.library),
  ]
}

/** Units of the system that have the names of ours and are somebody's own: an installation would write over them. */
export async function unitsOfOthers(machine: Machine, names: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(names.map((name) => machine.read(`${LAYOUT.units}/${name}`)))
  return names.filter((_, index) => texts[index] !== undefined && !isRendered(texts[index])).map((name) => `${LAYOUT.units}/${name}`)
}

/** What stays on a host that cc-ci is taken off, and what it is. */
export const KEPT: ReadonlyArray<readonly [path: string, is: string]> = [
  [LAYOUT.etc, 'settings'],
  [LAYOUT.state, 'records, snapshots, alerts and runs'],
  [LAYOUT.cache, 'what can be fetched again'],
]

function folderOf(machine: Machine, path: string, mode: number): HostStep {
  return { is: `make ${path}`, needed: async () => ((await machine.isThere(path)) ? undefined : 'is not there'), act: () => machine.makeFolder(path, mode) }
}

/** Units in the system's folder that we rendered: others of such a name are somebody's own. */
async function unitsOfOurs(machine: Machine, isMeant: (name: string) => boolean): Promise<string[]> {
  const names = (await machine.list(LAYOUT.units)).filter((name) => name.startsWith('cc-ci') && isMeant(name))
  const texts = await Promise.all(names.map((name) => machine.read(`${LAYOUT.units}/${name}`).catch(() => undefined)))
  return names.filter((_, index) => isRendered(texts[index] ?? ''))
}

/** Nothing begins any more while the rest is taken away. */
function timersFirst(a: string, b: string): number {
  return Number(b.endsWith('.timer')) - Number(a.endsWith('.timer'))
}

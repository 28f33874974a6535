import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { BootGraph } from '../../domain/boot/graph.ts'
import { addProbes, NOTHING } from '../../domain/boot/probes/read.ts'
import { readUnits } from '../../domain/boot/systemd/read-units.ts'
import type { Problem } from '../../domain/model/problem.ts'
import { type Call, UsageError } from '../command.ts'
import { readUnitFolder } from './read-folder.ts'

export interface BootRead {
  graph: BootGraph
  problems: Problem[]
  /** For people: where it was read from. */
  from: string
}

/** Options of every command that reads a boot. */
export const BOOT_OPTIONS = {
  probes: { type: 'list', value: 'FILE', says: 'what has to answer before units are up, and who answers; default: probes.yml in the folder' },
} as const

/** The boot that a command was asked about: a folder of systemd units, a file that describes one, or this host's own settings. */
export async function readBoot(call: Call): Promise<BootRead> {
  const workingFolder = process.cwd()
  const word = call.words[0]
  if (word === undefined) throw new UsageError('boot check needs a folder of units.')
  const where = resolve(workingFolder, word)
  if (!existsSync(where)) throw new UsageError(`There is no ${word}.`)
  const problems: Problem[] = []
  let graph = NOTHING
  const probes = call.list('probes').map((file) => resolve(workingFolder, file))
  if (statSync(where).isDirectory()) {
    const read = readUnits(readUnitFolder(where, workingFolder))
    if (read.units.length === 0) throw new UsageError(`There is no unit in ${word}: files such as proxy.service are read.`)
    graph = { ...NOTHING, units: read.units }
    problems.push(...read.problems)
    const usual = join(where, 'probes.yml')
    if (probes.length === 0 && existsSync(usual)) probes.push(usual)
  } else probes.unshift(where)
  for (const file of probes) {
    const added = addProbes(graph, { file: relative(workingFolder, file), text: readText(file) })
    graph = added.graph
    problems.push(...added.problems)
  }
  return { graph, problems, from: word }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}.`)
  }
}

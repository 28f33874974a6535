import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { addProbes, NOTHING } from '../../domain/boot/probes/read.ts'
import { warnOfNotStarted } from '../../domain/boot/not-started.ts'
import { readUnits } from '../../domain/boot/systemd/read-units.ts'
import { warnOfUnread } from '../../domain/boot/unread.ts'
import { warnOfUngated } from '../../domain/boot/ungated.ts'
import { hasErrors } from '../../domain/model/problem.ts'
import { parseYaml } from '../../lib/yaml.ts'
import { type Call, UsageError } from '../command.ts'
import type { BootRead } from './boot-read.ts'
import { readUnitFolder } from './read-folder.ts'

/** Options of every command that reads a boot. */
export const BOOT_OPTIONS = {
  probes: { type: 'list', value: 'FILE', says: 'what has to answer before units are up, and who answers; default: probes.yml in the folder' },
} as const

/** The boot that a command was asked about: a folder of systemd units, a file that describes one, or this host's own settings. */
export async function readBoot(call: Call): Promise<BootRead> {
  const workingFolder = process.cwd()
  const word = call.words[0]
  const probes = call.list('probes').map((file) => resolve(workingFolder, file))
  if (word === undefined) {
    // Whoever asks about a folder needs nothing of what reads our own recipes.
    const { readPlatform } = await import('./read-platform.ts')
    return withProbes(await readPlatform(call), probes)
  }
  const where = resolve(workingFolder, word)
  if (!existsSync(where)) throw new UsageError(`There is no ${word}.`)
  const read: BootRead = { graph: NOTHING, problems: [], from: word }
  if (statSync(where).isDirectory()) {
    const { units, problems } = readUnits(readUnitFolder(where, workingFolder))
    if (units.length === 0) throw new UsageError(`There is no unit in ${word}: files such as proxy.service are read.`)
    const usual = join(where, 'probes.yml')
    if (probes.length === 0 && existsSync(usual)) probes.push(usual)
    return withProbes({ ...read, graph: { ...NOTHING, units }, problems }, probes)
  }
  const described = withProbes(read, [where, ...probes])
  if (hasErrors(described.problems) && looksLikeSettings(readText(where))) throw new UsageError(`${word} looks like a host's settings, not like a description of a boot. To look at that host's boot: --settings ${word}, without a FILE.`)
  if (described.graph.units.length === 0 && !hasErrors(described.problems)) throw new UsageError(`There is no unit in ${[word, ...call.list('probes')].join(', ')}: a boot without any would pass for sound. Name them under "units".`)
  return described
}

function withProbes(read: BootRead, files: readonly string[]): BootRead {
  const { graph, problems } = addProbes(read.graph, ...files.map((file) => ({ file: relative(process.cwd(), file), text: readText(file) })))
  return { ...read, graph, problems: [...read.problems, ...problems, ...warnOfUnread(graph), ...warnOfNotStarted(graph), ...warnOfUngated(graph)] }
}

function looksLikeSettings(text: string): boolean {
  const { value } = parseYaml(text)
  if (typeof value !== 'object' || value === null || 'units' in value) return false
  return 'platform' in value || 'server' in value
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}.`)
  }
}

import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeProcesses } from '../src/adapters/process/node.ts'
import { parseYaml } from '../src/lib/yaml.ts'
import { environment } from '../src/settings/environment.ts'
import { checkout } from '../test/support/cli.ts'
import { alternate } from './alternate.ts'
import type { Bench, Given } from './bench.ts'
import { readFolder } from './read-folder.ts'
import { rowOf } from './row.ts'

const RECIPES = 100
/** Whole recipes of the fixtures, of one to four compose files, again and again until there are enough. */
const GOOD = ['recipes/notes/1.0.0+1.0.0', 'recipes/guestbook/1.0.0+1.0.0', 'reading/everything', 'recipes/notes/2.0.0+3.0.0', 'recipes/guestbook/1.1.0+1.1.0']

/** Service → image: what both sides must have read alike. */
type Images = Record<string, string>

/**
 * A hundred recipes read and merged: by one process of ours, its start included, and by as many `docker stack config`. Ours reads the
 * whole recipe (settings, secrets, labels, lint); Docker is handed the list of files and the values, which it has no way to know.
 */
export const read: Bench = {
  name: 'read',
  about: '100 recipes read and merged in one process, against as many docker stack config',
  times: 5,
  async run(given) {
    const folder = await mkdtemp(join(given.bench.stateFolder, 'read-'))
    try {
      const folders = await copies(folder)
      const { ours, theirs } = await alternate({ ...given, work: 'read' }, { ours: () => byUs(given, folders), theirs: () => byDocker(given, folders) })
      for (const [index, one] of folders.entries()) {
        const [we, they] = [ours[0]!.images[index], theirs[0]!.images[index]]
        if (JSON.stringify(we) !== JSON.stringify(they)) throw new Error(`${one} was read as ${JSON.stringify(we)} by us, as ${JSON.stringify(they)} by Docker`)
      }
      return [rowOf({ work: `read ${RECIPES} recipes`, peer: `${RECIPES} × docker stack config`, ours: ours.map(({ ms }) => ms), theirs: theirs.map(({ ms }) => ms), unit: 'ms', goal: { of: 'ratio', atMost: 0.5 } })]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function copies(folder: string): Promise<string[]> {
  const folders = Array.from({ length: RECIPES }, (_, index) => join(folder, String(index + 1).padStart(3, '0')))
  for (const [index, one] of folders.entries()) {
    await mkdir(one)
    await cp(join(checkout, 'fixtures', GOOD[index % GOOD.length]!), one, { recursive: true })
  }
  return folders
}

async function byUs({ signal }: Given, folders: string[]): Promise<{ ms: number; images: Images[] }> {
  const processes = nodeProcesses(environment())
  const ended = await processes.run({ argv: [process.execPath, join(import.meta.dirname, 'read-folders.ts'), ...folders], signal })
  signal.throwIfAborted()
  if (ended.exitCode !== 0) throw new Error(ended.stderr)
  return { ms: ended.ms, images: JSON.parse(ended.stdout) as Images[] }
}

async function byDocker({ bench, signal }: Given, folders: string[]): Promise<{ ms: number; images: Images[] }> {
  const calls = folders.map((cwd) => {
    const { composeFiles, env } = readFolder(cwd)
    return { cwd, env, args: ['stack', 'config', ...composeFiles.flatMap((file) => ['-c', file])] }
  })
  const images: Images[] = []
  let ms = 0
  for (const { cwd, env, args } of calls) {
    const ended = await bench.docker(args, { cwd, env, signal })
    signal.throwIfAborted()
    if (ended.exitCode !== 0) throw new Error(`docker stack config in ${cwd}: ${ended.stderr}`)
    ms += ended.ms
    const { services } = parseYaml(ended.stdout).value as { services: Record<string, { image: string }> }
    images.push(Object.fromEntries(Object.entries(services).map(([name, { image }]) => [name, image]).toSorted()))
  }
  return { ms, images }
}

/** Snapshots against what people copy and back up with, each a whole process, in turns. Needs no engine; cold needs root. */
import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { nodeProcesses } from '../src/adapters/process/node.ts'
import { environment } from '../src/settings/environment.ts'
import { loadNow } from './host.ts'
import { type Row, rowOf } from './row.ts'
import { type Peer, peersOf } from './snapshot-peers.ts'
import { changeManyFiles, changeOneFile, writeManyFiles, writeOneFile } from './snapshot-tree.ts'
import { tableOf } from './table.ts'

const TREES = {
  many: { says: '844 MB in 8,006 files', write: writeManyFiles, change: changeManyFiles },
  one: { says: 'one file of 1 GB', write: writeOneFile, change: changeOneFile },
}
type Tree = keyof typeof TREES
type Cache = 'warm' | 'cold'
type Work = 'first' | 'verify' | 'second' | 'restore' | 'restoreBytes' | 'empty'

/** ratio ≤ goal. Where the goal is not ours from the beginning, it is to be no slower. */
const GOALS: { work: Work; against: string; goal: number; says: string }[] = [
  ...[['tar', 0.6], ['cp -a', 0.5], ['rsync', 1], ['restic', 1], ['borg', 1]].map(([against, goal]) => ({ work: 'first' as const, against: String(against), goal: Number(goal), says: 'first' })),
  ...['rsync', 'restic', 'borg'].map((against) => ({ work: 'verify' as const, against, goal: 1, says: 'first, read back and compared' })),
  ...[['rsync', 0.5], ['borg', 0.5], ['restic', 1], ['tar', 1]].map(([against, goal]) => ({ work: 'second' as const, against: String(against), goal: Number(goal), says: 'second, 1 % changed' })),
  { work: 'restore', against: 'rsync', goal: 1, says: 'restore, 1 % changed' },
  { work: 'restoreBytes', against: 'rsync', goal: 0.7, says: 'restore, 1 % changed, every byte compared' },
  ...['tar', 'cp -a', 'rsync', 'restic', 'borg'].map((against) => ({ work: 'empty' as const, against, goal: 1, says: 'restore into an empty folder' })),
]

const processes = nodeProcesses(environment())

const SNAPSHOT_HELP = `npm run bench -- snapshot [OPTION…]

Snapshots against tar, cp, rsync, restic and borg, as whole processes on one disk. At scale 1 it takes half an hour and 10 GB; --scale 0.02 shows in a minute that it works.

  --scale N           how much of the trees is written (1: 844 MB in 8,006 files, and one file of 1 GB)
  --times N           rounds (3)
  --cache warm|cold   only this one; cold drops the page cache before each command, and needs root
  --tree many|one     only this one
  --peer NAME         only this one, again for more
  --in DIR            where it is done
  --json              one document on standard output
  --help              this
`

interface Measuring {
  scale: number
  times: number
  place: string
  peers: string[] | undefined
  signal: AbortSignal
  says(line: string): void
}

/** Answers the exit code. */
export async function benchSnapshots(args: string[], given: { signal: AbortSignal; says(line: string): void }): Promise<number> {
  const asked = understand(args)
  if ('usage' in asked) {
    given.says(asked.usage)
    return 2
  }
  if (asked.help) {
    process.stdout.write(SNAPSHOT_HELP)
    return 0
  }
  const place = await mkdtemp(join(asked.in, 'bench-snapshot-'))
  const before = loadNow()
  try {
    const rows: Row[] = []
    for (const tree of asked.tree) {
      for (const cache of asked.cache) {
        const found = await measure(tree, cache, { ...asked, ...given, place })
        given.says(`so far\n${tableOf(found)}`)
        rows.push(...found)
      }
    }
    const load = { before, after: loadNow() }
    process.stdout.write(asked.json ? `${JSON.stringify({ load, rows }, null, 2)}\n` : `${tableOf(rows)}\n\nload ${load.before} before and ${load.after} after\n`)
    return 0
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

interface Asked {
  scale: number
  times: number
  tree: Tree[]
  cache: Cache[]
  peers: string[] | undefined
  in: string
  json: boolean
  help: boolean
}

function understand(args: string[]): Asked | { usage: string } {
  try {
    const { values } = parseArgs({
      args,
      options: { scale: { type: 'string', default: '1' }, times: { type: 'string', default: '3' }, cache: { type: 'string', multiple: true, default: ['warm', 'cold'] }, tree: { type: 'string', multiple: true, default: ['many', 'one'] }, peer: { type: 'string', multiple: true }, in: { type: 'string', default: tmpdir() }, json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    })
    const [scale, times] = [Number(values.scale), Number(values.times)]
    if (!(scale > 0)) return { usage: `--scale takes a number above 0, not "${values.scale}"` }
    if (!(Number.isInteger(times) && times > 0)) return { usage: `--times takes a whole number from 1 on, not "${values.times}"` }
    const wrong = [...values.tree.filter((tree) => !(tree in TREES)).map((tree) => `--tree ${tree}`), ...values.cache.filter((cache) => !['warm', 'cold'].includes(cache)).map((cache) => `--cache ${cache}`)]
    if (wrong.length > 0) return { usage: `there is no ${wrong.join(', ')}; there are --tree ${Object.keys(TREES).join(', ')} and --cache warm, cold` }
    return { scale, times, tree: values.tree as Tree[], cache: values.cache as Cache[], peers: values.peer, in: values.in, json: values.json, help: values.help }
  } catch (error) {
    return { usage: (error as Error).message }
  }
}

async function measure(tree: Tree, cache: Cache, given: Measuring): Promise<Row[]> {
  const times = new Map<string, number[]>()
  const keep = (work: Work, peer: Peer, ms: number) => times.set(`${work} ${peer.name}`, [...(times.get(`${work} ${peer.name}`) ?? []), ms])
  const { scale, place, signal, says } = given
  const ours = `${process.execPath} ${join(import.meta.dirname, 'snapshot-ours.ts')}`
  const live = join(place, 'live')
  for (let round = 0; round < given.times; round++) {
    await rm(live, { recursive: true, force: true })
    TREES[tree].write(live, scale)
    let turn = 100 * round
    const change = () => TREES[tree].change(live, scale, turn++)
    const peers = await present(peersOf(ours).filter(({ name }) => name === 'ours' || (given.peers ?? [name]).includes(name)), says)
    const inTurn = round % 2 === 0 ? peers : peers.toReversed()
    const run = async (peer: Peer, command: string | undefined) => {
      if (command === undefined) return undefined
      says(`${TREES[tree].says}, ${cache}, ${round + 1} of ${given.times}: ${peer.name}: ${command.slice(0, 60)}`)
      return await timed(filled(command, peer, place), cache, place, signal)
    }
    for (const peer of inTurn) {
      for (const name of ['store', 'out']) await mkdir(join(place, name, folderOf(peer)), { recursive: true })
      if (peer.prepare !== undefined) await timed(filled(peer.prepare, peer, place), 'warm', place, signal)
      const first = (await run(peer, peer.first))!
      keep('first', peer, first)
      if (peer.name === 'rsync') await timed(filled('cp -al STORE/1 STORE/2', peer, place), 'warm', place, signal)
      const verified = await run(peer, peer.verify)
      if (verified !== undefined) keep('verify', peer, first + verified)
      if (peer.name === 'rsync') await timed(filled('rm -r STORE/2', peer, place), 'warm', place, signal)
    }
    change()
    for (const work of ['second', 'restore', 'restoreBytes', 'empty'] as const) {
      for (const peer of inTurn) {
        if (peer[work] === undefined) continue
        if (work === 'restore' || work === 'restoreBytes') {
          // What another one restored has new inodes: ours shall know them, as it would if it had restored them.
          await timed(filled(peers[0]!.restoreBytes!, peers[0]!, place), 'warm', place, signal)
          change()
        }
        keep(work, peer, (await run(peer, peer[work]))!)
      }
    }
    for (const name of ['store', 'out']) await rm(join(place, name), { recursive: true, force: true })
  }
  return GOALS.flatMap(({ work, against, goal, says: what }) => {
    const [mine, theirs] = [times.get(`${work} ours`), times.get(`${work} ${against}`)]
    return mine && theirs ? [rowOf({ work: `${tree}, ${cache}: ${what}`, peer: against, ours: mine, theirs, unit: 'ms', goal: { of: 'ratio', atMost: goal } })] : []
  })
}

async function present(peers: Peer[], says: (line: string) => void): Promise<Peer[]> {
  const isThere = async (program: string) => (await processes.run({ argv: ['sh', '-c', `command -v ${program}`] })).exitCode === 0
  const found = await Promise.all(peers.map(async (peer) => peer.name === 'ours' || (await isThere(peer.name.split(' ')[0]!))))
  for (const peer of peers.filter((_, index) => !found[index])) says(`${peer.name} is not here and is left out; apt-get install -y rsync restic borgbackup brings all peers`)
  return peers.filter((_, index) => found[index])
}

function folderOf(peer: Peer): string {
  return peer.name.replace(' ', '')
}

function filled(command: string, peer: Peer, place: string): string {
  return command.replaceAll('STORE', join(place, 'store', folderOf(peer))).replaceAll('LIVE', join(place, 'live')).replaceAll('OUT', join(place, 'out', folderOf(peer)))
}

/** ms until it is done and on the disk. */
async function timed(command: string, cache: Cache, place: string, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted()
  await processes.run({ argv: ['sync'] })
  if (cache === 'cold') writeFileSync('/proc/sys/vm/drop_caches', '3')
  const env = { ...processes.baseEnv(), RESTIC_PASSWORD: 'bench', RESTIC_CACHE_DIR: join(place, 'restic-cache'), BORG_BASE_DIR: join(place, 'borg'), BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes', BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes', NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }
  const ended = await processes.run({ argv: ['sh', '-ec', `${command}\nsync -f ${place}`], env, signal })
  if (ended.exitCode !== 0) throw new Error(`${command}: ${ended.stderr.slice(-500)}`)
  return ended.ms
}

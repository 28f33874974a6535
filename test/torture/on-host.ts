import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { allPids, environmentOf, isLiving, statOf } from '../../src/lib/proc-fs.ts'
import type { Ground } from './ground.ts'

/** Records and caches: what is meant to outlive a run. Everything else that lies there was left behind. */
const MEANT_TO_STAY = [
  /^state\/(locks|docker|local|runs)$/,
  /^state\/locks\/[^/]+\.(lock|holder\.json)$/,
  /^state\/local\/router\.json$/,
  /^state\/runs\/[^/.]+$/,
  /^state\/runs\/[^/.]+\/[^/.][^/]*\.(json|jsonl|xml|html)$/,
  /^state\/runs\/[^/.]+\/evidence(\/[^/.][^/]*)?$/,
  /^cache\/sources(\/gitconfig|\/[^/]+\.git(\/(?!index-|.*\.lock$).*)?)?$/,
]

/** Processes that runs started, and what lies in their folders that is no record and no cache. */
export async function leftOnHost(ground: Ground): Promise<string[]> {
  const processes = allPids()
    .filter((pid) => pid !== process.pid && isLiving(statOf(pid)) && environmentOf(pid)?.some((line) => line.includes(ground.folder)))
    .map((pid) => `process ${statOf(pid)?.name ?? pid}`)
  const files: string[] = []
  for (const name of ['state', 'cache', 'tmp']) await look(ground.folder, join(ground.folder, name), files)
  return [...processes, ...files].sort()
}

/** A folder that was left is named, and not what lies in it. */
async function look(root: string, folder: string, left: string[]): Promise<void> {
  for (const entry of existsSync(folder) ? await readdir(folder, { withFileTypes: true }) : []) {
    const path = join(folder, entry.name)
    const shown = relative(root, path)
    if (!MEANT_TO_STAY.some((pattern) => pattern.test(shown))) left.push(`${entry.isDirectory() ? 'folder' : 'file'} ${shown}`)
    else if (entry.isDirectory()) await look(root, path, left)
  }
}

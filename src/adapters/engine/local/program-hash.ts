import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Digest } from '../../../domain/model/app.ts'
import { PortError } from '../../../ports/port-error.ts'
import { fromFiles } from './errors.ts'

/**
 * Stands for the image: the hash of all that lies in a program's folder (names, kinds, executable or not, content; links as links).
 * Taken anew at each start of a task, so that it says what really runs.
 */
export async function programHash(checkout: string, folder: string): Promise<Digest> {
  try {
    const root = await realpath(checkout)
    const real = await realpath(join(root, folder))
    if (real !== root && !real.startsWith(root + sep)) throw new PortError('refused', `the program folder ${folder} leads out of the recipe`)
    const whole = createHash('sha256')
    for (const line of await linesOf(real, real)) whole.update(`${line}\n`)
    return `sha256:${whole.digest('hex')}`
  } catch (error) {
    throw fromFiles(`reading the program in ${folder}`, error)
  }
}

async function linesOf(root: string, folder: string): Promise<string[]> {
  const lines: string[] = []
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name)
    const inner = relative(root, path)
    if (inner === '.git') continue
    const stat = await lstat(path)
    if (stat.isDirectory()) lines.push(JSON.stringify([inner, 'folder']), ...(await linesOf(root, path)))
    else if (stat.isSymbolicLink()) lines.push(JSON.stringify([inner, 'link', await readlink(path)]))
    else if (stat.isFile()) lines.push(JSON.stringify([inner, (stat.mode & 0o111) === 0 ? 'file' : 'executable', await hashOf(path)]))
  }
  return lines
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

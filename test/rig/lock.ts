import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RigError } from './command.ts'

/**
 * One rig command at a time per cache. The kernel holds the lock for a `flock` process whose standard input is ours: however we end,
 * the pipe closes, the process ends and the lock is free.
 */
export async function withLock<T>(cache: string, says: (line: string) => void, work: () => Promise<T>): Promise<T> {
  await mkdir(cache, { recursive: true })
  const holder = spawn('flock', ['--exclusive', join(cache, 'lock'), 'sh', '-c', 'echo held; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
  const waiting = setTimeout(() => says('another rig command is at work on this cache: waiting for it'), 500)
  try {
    await new Promise<void>((done, failed) => {
      holder.once('error', (error) => failed(new RigError('flock (package util-linux) could not be started', { cause: error })))
      holder.once('exit', (code) => failed(new RigError(`flock ended with ${code}`)))
      holder.stdout.once('data', () => done())
    })
    clearTimeout(waiting)
    return await work()
  } finally {
    clearTimeout(waiting)
    holder.stdin.end()
  }
}

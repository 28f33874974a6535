import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { App } from '../../../src/domain/model/app.ts'
import type { Job, JobResult } from '../../../src/ports/engine.ts'

/**
 * Runs a job as a plain process of this machine. Its paths must lie below `root`; a mount must lie where the volume really is, so
 * nothing has to be mapped. That mounts are read-only is for a real engine to prove.
 */
export function jobHere({ root, volume, path }: { root: string; volume: (name: string) => string; path: string }) {
  return async (_app: App, job: Job): Promise<JobResult> => {
    for (const [file, content] of Object.entries(job.secretFiles ?? {})) {
      if (!file.startsWith(`${root}/`)) throw new Error(`${file} is outside ${root}`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content, { mode: 0o600 })
    }
    for (const mount of job.mounts) {
      const expected = mount.volume.startsWith('scratch:') ? join(root, 'scratch') : volume(mount.volume)
      if (mount.target !== expected) throw new Error(`${mount.volume} is wanted at ${mount.target}, not at ${expected}`)
      mkdirSync(mount.target, { recursive: true })
    }
    const from = performance.now()
    const child = spawn(job.argv[0], job.argv.slice(1), { env: { PATH: path, ...job.env }, cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const end = () => process.kill(-child.pid!, 'SIGKILL')
    job.signal?.addEventListener('abort', end)
    const kept = { stdout: '', stderr: '' }
    const listen = async (stream: 'stdout' | 'stderr') => {
      for await (const line of createInterface(child[stream])) {
        kept[stream] += `${line}\n`
        job.onLine?.(line)
      }
    }
    const heard = Promise.all([listen('stdout'), listen('stderr')])
    const exitCode = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
    await heard
    job.signal?.removeEventListener('abort', end)
    return { exitCode, ...kept, timedOut: false, ms: performance.now() - from }
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Starts a scripted world in a process of its own. `end` ends it; until then it survives whatever happens to the one that asks it. */
export async function startWorld(): Promise<{ socket: string; pid: number; end(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-world-'))
  const socket = join(folder, 'world.sock')
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/adapters/engine/scripted/world/main.ts'), socket], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  await once(child.stdout!, 'data')
  child.unref()
  child.stdout!.destroy()
  return {
    socket,
    pid: child.pid!,
    async end() {
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

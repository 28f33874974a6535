import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callWorld } from '../../src/adapters/engine/scripted/call.ts'
import type { Resource } from '../../src/domain/model/engine-state.ts'
import type { Fault } from '../../src/adapters/engine/scripted/world/faults.ts'
import type { Answer } from '../../src/adapters/engine/scripted/world/answer.ts'

export interface ScriptedWorld {
  socket: string
  pid: number
  /** Makes calls go wrong. */
  fault(fault: Fault): Promise<void>
  /** Resolves when a call is held by a fault that `holds`. */
  held(): Promise<void>
  /** Lets it go on. */
  release(): Promise<void>
  /** What is taken on this host by others than us. */
  host(host: { takenPorts: number[]; takenRouters: string[] }): Promise<void>
  /** What programs of ours answer that run beside an app. */
  answers(answers: Answer[]): Promise<void>
  /** How often each call came. */
  counts(): Promise<Record<string, number>>
  inventory(): Promise<Resource[]>
  end(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a scripted world in a process of its own. It survives whatever happens to the one that asks it, and ends when it is told to, or when the
 * process that started it is gone.
 */
export async function startWorld(): Promise<ScriptedWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-world-'))
  const socket = join(folder, 'world.sock')
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/adapters/engine/scripted/world/main.ts'), socket], { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const end = async () => {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
    child.kill('SIGKILL')
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
  return {
    socket,
    pid: child.pid!,
    fault: (fault) => callWorld(socket, 'fault', fault),
    held: () => callWorld(socket, 'held', {}),
    release: () => callWorld(socket, 'release', {}),
    host: (host) => callWorld(socket, 'host', host),
    answers: (answers) => callWorld(socket, 'answers', answers),
    counts: () => callWorld(socket, 'counts', {}),
    inventory: () => callWorld(socket, 'inventory', {}),
    end,
    [Symbol.asyncDispose]: end,
  }
}

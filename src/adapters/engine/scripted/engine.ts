import { randomUUID } from 'node:crypto'
import http from 'node:http'
import { createInterface } from 'node:readline'
import type { App } from '../../../domain/model/app.ts'
import type { EngineEvent } from '../../../domain/model/engine-state.ts'
import type { Engine, Job, JobResult } from '../../../ports/engine.ts'
import { callWorld } from './call.ts'
import { readRecipeFiles } from './recipe-files.ts'

/**
 * An engine for tests: a world that lives in a process of its own (`world/main.ts`), so that it outlives ours, and that can be
 * told to fail in every way the real ones do (`world/script.ts`, the call `fault`). Trusted because it passes the contract suite.
 */
export function scriptedEngine({ socket }: { socket: string }): Engine {
  const call = <T>(method: string, args: unknown = {}, signal?: AbortSignal) => callWorld<T>(socket, method, args, signal)
  return {
    kind: 'scripted',
    facts: () => call('facts'),
    pull: (image, signal) => call('pull', { image }, signal),
    keepImages: (app, images, others) => call('keepImages', { app, images, others }),
    images: () => call('images'),
    removeImage: (names) => call('removeImage', { names }),
    createSecret: (app, { name, value }) => call('createSecret', { app, name, value }),
    deploy: async (app, { stack, folder }) => call('deploy', { app, stack, contents: await readRecipeFiles(stack, folder) }),
    watch: (app, signal) => watch(socket, app.stack, signal),
    observe: (app) => call('observe', { app }),
    logs: (app, service, { lines, template }) => call('logs', { app, service, lines, template }),
    exec: (app, service, { argv, env, stdin, timeoutMs, signal }) => call('exec', { app, service, argv, env, stdin: stdin && base64(stdin), timeoutMs }, signal),
    readFile: async (app, service, path) => Buffer.from(await call<string>('readFile', { app, service, path }), 'base64'),
    writeFile: (app, service, path, bytes) => call('writeFile', { app, service, path, bytes: base64(bytes) }),
    runJob: (app, job) => runJob(socket, app, job),
    removeServices: (app, services) => call('removeServices', { app, services }),
    remove: (app, { data, signal }) => call('remove', { app, data }, signal),
    volumes: (app) => call('volumes', { app }),
    removeVolumes: (app, names) => call('removeVolumes', { app, names }),
    inventory: () => call('inventory'),
    routes: () => call('routes'),
    reach: () => call('reach'),
    usage: (app) => call('usage', { app }),
    close: async () => {},
  }
}

/** Whoever is killed leaves the job behind, as with a real engine; whoever gives it up takes it away. */
async function runJob(socket: string, app: App, job: Job): Promise<JobResult> {
  const { signal, onLine, ...plain } = job
  const id = randomUUID()
  try {
    return await callWorld<JobResult>(socket, 'runJob', { app, id, job: plain }, signal, onLine)
  } catch (error) {
    if (signal?.aborted) await callWorld(socket, 'endJob', { id })
    throw error
  }
}

async function* watch(socket: string, stack: string, signal: AbortSignal): AsyncIterable<EngineEvent> {
  const response = await new Promise<http.IncomingMessage | undefined>((resolve) => {
    const request = http.get({ socketPath: socket, path: `/watch?stack=${encodeURIComponent(stack)}`, agent: false, signal }, resolve)
    request.on('error', () => resolve(undefined))
  })
  if (!response) return
  response.on('error', () => {})
  const lines = createInterface({ input: response })
  signal.addEventListener('abort', () => lines.close(), { once: true })
  for await (const line of lines) yield JSON.parse(line) as EngineEvent
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

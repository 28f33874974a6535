import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { localEngine } from '../../../src/adapters/engine/local/engine.ts'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import type { App } from '../../../src/domain/model/app.ts'
import type { Stack, StackService } from '../../../src/domain/model/stack.ts'
import type { Engine } from '../../../src/ports/engine.ts'
import { localStack } from '../engine/local.ts'
import type { StackWish } from '../engine/under-test.ts'
import { untilRunning } from '../engine/wait.ts'

export interface World {
  engine: Engine
  /** The engine's folder. */
  folder: string
  recipe: string
  stateId: string
  app: App
  /** Another engine on the same folder, as another process would have it. */
  open(stateId?: string): Engine
  stack(wish: StackWish): Stack
  /** Deploys and waits until it runs. */
  bringUp(stack: Stack): Promise<void>
}

/** An engine of its own with one app's name; everything is removed after the test. */
export function world(t: TestContext, environment: Record<string, string | undefined> = process.env): World {
  const root = mkdtempSync(join(tmpdir(), 'engine-local-'))
  const [folder, recipe] = [join(root, 'engine'), join(root, 'recipe')]
  const stateId = randomBytes(6).toString('hex')
  const run = `test-${randomBytes(3).toString('hex')}`
  const app = { run, domain: `${run}.ci.localhost`, stack: `${run}_ci_localhost` }
  const opened: Engine[] = []
  const open = (id = stateId) => {
    const engine = localEngine({ folder, processes: nodeProcesses(environment), clock: systemClock(), stateId: id, domain: 'ci.localhost' })
    opened.push(engine)
    return engine
  }
  const engine = open()
  t.after(async () => {
    await engine.remove(app, { data: 'doomed' })
    for (const one of opened) await one.close()
    rmSync(root, { recursive: true })
  })
  return {
    engine,
    folder,
    recipe,
    stateId,
    app,
    open,
    stack: (wish) => localStack(app, wish, recipe),
    async bringUp(stack) {
      await untilRunning(engine, app, await engine.deploy(app, { stack, folder: recipe, digests: {} }))
    },
  }
}

/** The stack with another `x-local` in its service `web`. */
export function withLocal(stack: Stack, change: Record<string, unknown>): Stack {
  const web = stack.services.web as StackService
  return { ...stack, services: { ...stack.services, web: { ...web, 'x-local': { ...(web['x-local'] as object), ...change } } } }
}

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeRecipe } from '../scenario/scripted-recipe.ts'
import { checkout, temporaryFolder } from '../support/cli.ts'
import { startWorld } from '../support/scripted-world.ts'
import { openOwnHost } from '../rig/own-host.ts'

/** Where runs are killed: an engine, a recipe for it, and a folder of their own for all that they make on this host. */
export interface Ground extends AsyncDisposable {
  engine: 'scripted' | 'swarm'
  recipe: string
  /** Holds `state`, `cache` and `tmp`; the environment of everything that a run starts names it. */
  folder: string
  state: string
  env: Record<string, string>
  /** For runs alone: time goes faster for them. */
  fast: Record<string, string>
  /** The command line that starts a run where it can reach the proxy. */
  through(argv: string[]): string[]
  /** Everything there is on the engine, in words. */
  onEngine(): Promise<string[]>
}

export async function openGround(engine: Ground['engine']): Promise<Ground> {
  const folder = temporaryFolder('torture')
  for (const name of ['state', 'cache', 'tmp']) mkdirSync(join(folder.path, name))
  const own = { CCCI_CACHE: join(folder.path, 'cache'), TMPDIR: join(folder.path, 'tmp'), NODE_COMPILE_CACHE: join(folder.path, 'compiled') }
  const ground = { engine, folder: folder.path, state: join(folder.path, 'state') }
  const fast = (speed: number) => ({ NODE_OPTIONS: `--import=${join(checkout, 'test', 'support', 'fast-time.ts')}`, CCCI_TEST_SPEED: String(speed) })

  if (engine === 'swarm') {
    const host = await openOwnHost()
    return {
      ...ground,
      recipe: join(checkout, 'fixtures', 'recipes', 'notes'),
      env: { ...host.env, ...own },
      fast: fast(3),
      through: host.inside,
      onEngine: host.inventory,
      async [Symbol.asyncDispose]() {
        await host[Symbol.asyncDispose]()
        folder[Symbol.dispose]()
      },
    }
  }
  const world = await startWorld()
  const version = { secret: true, services: { app: {}, worker: {} } }
  return {
    ...ground,
    recipe: makeRecipe(folder.path, { base: version, head: version }),
    // No Docker takes part, also where there is one.
    env: { ...own, CCCI_SCRIPTED: world.socket, DOCKER_HOST: `unix://${folder.path}/no-docker.sock` },
    fast: fast(30),
    through: (argv) => argv,
    onEngine: async () => (await world.inventory()).map(({ kind, name }) => `${kind} ${name}`).sort(),
    async [Symbol.asyncDispose]() {
      await world.end()
      folder[Symbol.dispose]()
    },
  }
}

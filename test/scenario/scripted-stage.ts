import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { runJson, start, type Started, temporaryFolder } from '../support/cli.ts'
import { type ScriptedWorld, startWorld } from '../support/scripted-world.ts'
import { makeRecipe, type Scene } from './scripted-recipe.ts'

/** A scripted world of its own, a recipe of two versions, and a state folder, for one test. */
export interface Stage extends AsyncDisposable {
  world: ScriptedWorld
  /** The state folder. */
  state: string
  /** The folder of the recipe. */
  recipe: string
  run(args?: string[]): ReturnType<typeof runJson>
  /** For runs that are interrupted. */
  start(args?: string[]): Started
  /** Any command on the state of this stage. */
  command(...args: string[]): Started
  clean(): Promise<{ code: number | null; did: string[] }>
  /** The last word of each run's journal: `gone` where nobody has to clean any more. */
  lastWords(): Promise<string[]>
  /** What the engine holds, in words; of everybody, because the world is ours alone. */
  inventory(): Promise<string[]>
}

export async function openStage(versions: { base: Scene; head: Scene }): Promise<Stage> {
  const world = await startWorld()
  const folder = temporaryFolder('scene')
  const state = join(folder.path, 'state')
  const recipe = makeRecipe(folder.path, versions)
  // No Docker takes part, also where there is one.
  const env = { CCCI_SCRIPTED: world.socket, DOCKER_HOST: `unix://${folder.path}/no-docker.sock` }
  const command = (...args: string[]) => start([...args, '--state', state], { env })
  return {
    world,
    state,
    recipe,
    run: (args = []) => runJson([recipe, '--engine', 'scripted', ...args], { env, state }),
    start: (args = []) => start(['run', recipe, '--engine', 'scripted', '--json', '--state', state, ...args], { env }),
    command,
    async clean() {
      const ended = await command('runs', 'clean', '--json').ended
      assert.notEqual(ended.out, '', ended.err)
      return { code: ended.code, did: (JSON.parse(ended.out) as Array<{ did: string }>).map(({ did }) => did) }
    },
    async lastWords() {
      const runs = join(state, 'runs')
      const journals = await Promise.all((await readdir(runs)).map((id) => readFile(join(runs, id, 'journal.jsonl'), 'utf8')))
      return journals.map((journal) => (JSON.parse(journal.trimEnd().split('\n').at(-1)!) as { do: string }).do)
    },
    inventory: async () => (await world.inventory()).map(({ kind, name }) => `${kind} ${name}`),
    async [Symbol.asyncDispose]() {
      await world.end()
      folder[Symbol.dispose]()
    },
  }
}

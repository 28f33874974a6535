import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { callWorld } from '../../src/adapters/engine/scripted/call.ts'
import type { LastGood, PlatformHistory } from '../../src/domain/model/platform.ts'
import { readJournal } from '../../src/domain/model/read-platform.ts'
import type { StoredAlert } from '../../src/ports/alerts.ts'
import type { Reach } from '../../src/ports/engine.ts'
import type { Told } from '../../src/workflows/reconcile/told.ts'
import { ask } from '../contract/engine/http.ts'
import { checkout, cli, type Ended, type Started, start, temporaryFolder } from '../support/cli.ts'
import { type ScriptedWorld, startWorld } from '../support/scripted-world.ts'
import { type Scene, writeVersion } from './scripted-recipe.ts'

/** A scripted world, the settings of a host with one platform app (`scene`), and its recipe, to which versions are published as a test goes on. */
export interface PlatformStage extends AsyncDisposable {
  world: ScriptedWorld
  state: string
  env: Record<string, string>
  publish(version: string, scene: Scene): void
  reconcile(): Promise<Reconciled>
  /** For those that are interrupted, or wait. */
  start(): Started
  cc(...args: string[]): Promise<Ended>
  lastGood(): LastGood | null
  history(): PlatformHistory
  alerts(): Promise<StoredAlert[]>
  /** `web 200 1.0.0+1`: what answers at the app's domain. */
  answers(host?: string): Promise<string>
  inventory(): Promise<string[]>
  /** Files of the app's volume. */
  data(): Promise<Record<string, string>>
}

export interface Reconciled {
  code: number | null
  told: Told
  out: string
  err: string
}

export const DOMAIN = 'scene.platform.scripted'
const STACK = DOMAIN.replaceAll('.', '_')

/** Ten times as fast: what is waited for here is known to come. `settings`: more of the app's block, as YAML in one line each. */
export async function openPlatformStage(given: { stateless: boolean; settings?: string[]; speed?: number }): Promise<PlatformStage> {
  const world = await startWorld()
  const folder = temporaryFolder('platform')
  const state = join(folder.path, 'state')
  const recipe = join(folder.path, 'scene')
  mkdirSync(recipe)
  mkdirSync(state)
  const env = {
    CCCI_SCRIPTED: world.socket,
    CCCI_CACHE: join(folder.path, 'cache'),
    DOCKER_HOST: `unix://${folder.path}/no-docker.sock`,
    NODE_OPTIONS: `--import ${join(checkout, 'test/support/fast-time.ts')}`,
    CCCI_TEST_SPEED: String(given.speed ?? 10),
  }
  const lines = ['platform:', '  scene:', `    recipe: ${recipe}`, `    domain: ${DOMAIN}`, `    stateless: ${given.stateless}`, ...(given.settings ?? ['gate: { passes: 3, dwell: 10s }', 'limits: { deploy: 20s, rollback: 30s, start: 60s }']).map((line) => `    ${line}`)]
  writeFileSync(join(state, 'settings.yml'), `${lines.join('\n')}\n`)
  const own = join(state, 'platform', 'scene')
  const args = ['platform', 'reconcile', '--json', '--state', state]
  return {
    world, state, env,
    publish: (version, scene) => writeVersion(recipe, version, scene),
    async reconcile() {
      const { code, out, err } = await cli(args, { env })
      assert.notEqual(out, '', err)
      return { code, told: (JSON.parse(out) as Told[])[0]!, out, err }
    },
    start: () => start(args, { env }),
    cc: (...words) => cli([...words, '--state', state], { env }),
    lastGood: () => (existsSync(join(own, 'last_good.json')) ? (JSON.parse(readFileSync(join(own, 'last_good.json'), 'utf8')) as LastGood) : null),
    history: () => readJournal('journal.jsonl', readFileSync(join(own, 'journal.jsonl'), 'utf8')) as PlatformHistory,
    async alerts() {
      const { out, err } = await cli(['alerts', 'list', '--json', '--state', state], { env })
      assert.notEqual(out, '', err)
      return JSON.parse(out) as StoredAlert[]
    },
    async answers(host = DOMAIN) {
      const answer = await ask(await callWorld<Reach>(world.socket, 'reach', {}), host).catch(() => undefined)
      return answer ? `${answer.status} ${answer.body.trim()}` : 'nobody'
    },
    inventory: async () => (await world.inventory()).map(({ kind, name }) => `${kind} ${name}`),
    data: () => callWorld<Record<string, string>>(world.socket, 'files', { volume: `${STACK}_data` }),
    async [Symbol.asyncDispose]() {
      await world.end()
      folder[Symbol.dispose]()
    },
  }
}

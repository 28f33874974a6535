import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileAlerts } from '../../src/adapters/alerts/files/alerts.ts'
import { callWorld } from '../../src/adapters/engine/scripted/call.ts'
import { scriptedEngine } from '../../src/adapters/engine/scripted/engine.ts'
import { sqliteLocks } from '../../src/adapters/lock/sqlite/locks.ts'
import { nodeProbes } from '../../src/adapters/probe/node/probes.ts'
import { nodeProcesses } from '../../src/adapters/process/node.ts'
import { systemRandom } from '../../src/adapters/random/system/random.ts'
import { fileSecretStore } from '../../src/adapters/secret-store/files/store.ts'
import { gitSources } from '../../src/adapters/source/git/sources.ts'
import { filePlatformRecords } from '../../src/adapters/store/files/platform-records.ts'
import { exitOf, sayTold } from '../../src/cli/platform/words.ts'
import type { LastGood, PlatformHistory } from '../../src/domain/model/platform.ts'
import { readJournal } from '../../src/domain/model/read-platform.ts'
import type { StoredAlert } from '../../src/ports/alerts.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Reach } from '../../src/ports/engine.ts'
import { loadSettings } from '../../src/settings/load.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { snapshotsFor } from '../../src/wiring/snapshots.ts'
import { type Approved, approve } from '../../src/workflows/reconcile/approve.ts'
import type { Refused } from '../../src/workflows/reconcile/person-says.ts'
import type { PlatformPorts } from '../../src/workflows/reconcile/context.ts'
import { reconcile } from '../../src/workflows/reconcile/reconcile.ts'
import type { Told } from '../../src/workflows/reconcile/told.ts'
import { ask } from '../contract/engine/http.ts'
import { checkout, cli, type Ended, type Started, start, temporaryFolder } from '../support/cli.ts'
import { folderSources } from '../support/folder-sources.ts'
import { fastClock } from '../support/fast-clock.ts'
import { type ScriptedWorld, startWorld } from '../support/scripted-world.ts'
import { type Scene, writeVersion } from './scripted-recipe.ts'

/** A scripted world, the settings of a host with one platform app (`scene`), and its recipe, to which versions are published as a test goes on. */
export interface PlatformStage extends AsyncDisposable {
  world: ScriptedWorld
  state: string
  env: Record<string, string>
  publish(version: string, scene: Scene): void
  /** Each version costs git a few processes whenever the recipe is opened. */
  withdrawAllBut(version?: string): void
  /** One more line of the app's settings. */
  configure(line: string): void
  /** By the command line, as a person does it. */
  reconcile(): Promise<Reconciled>
  /** The same in this process, which costs less. `but`: the parts of the outside that are to be others. */
  reconcileHere(but?: (ports: PlatformPorts) => Partial<PlatformPorts>): Promise<Here>
  /** What that goes through. */
  ports(): Promise<PlatformPorts>
  approveHere(version: string): Promise<Approved | Refused>
  /** For those that are interrupted, or wait. `words`: another command than to reconcile. */
  start(env?: Record<string, string>, words?: string[]): Started
  cc(...args: string[]): Promise<Ended>
  lastGood(): LastGood | null
  history(): PlatformHistory
  alerts(): Promise<StoredAlert[]>
  /** `web 200 1.0.0+1`: what answers at the app's domain. */
  answers(host?: string): Promise<string>
  inventory(): Promise<string[]>
  stack: string
  domain: string
  /** Our records are gone: what runs is anybody's. */
  forget(): Promise<void>
  /** Somebody removes it from the engine, with its data or without. */
  takeAway(data: 'doomed' | 'keep'): Promise<void>
  /** Empty where there is none. */
  journal(): string
  /** Adds to the journal what we would not write; answers what then stands there. */
  damageJournal(more: string): string
  /** A call of the world that only tests make. */
  ask<T>(method: string, args?: object): Promise<T>
  /** How often a version's `app` was started. */
  starts(version: string): Promise<number>
  /** The health check has seen `/data/ill`, and nothing answers any more. */
  untilIll(): Promise<void>
  /** Files of the app's volume. */
  data(): Promise<Record<string, string>>
}

export interface Here {
  code: number
  told: Told
  /** What it said on the way. */
  said: string
}

export interface Reconciled {
  code: number | null
  told: Told
  out: string
  err: string
}

export const DOMAIN = 'scene.platform.scripted'
const STACK = DOMAIN.replaceAll('.', '_')

/**
 * Ten times as fast: what is waited for here is known to come. `settings`: more of the app's block, `host`: more of the host's, as YAML in one line each.
 * `withoutGit`: for a stage on which everything happens in this process, hundreds of times.
 */
export async function openPlatformStage(given: { stateless: boolean; settings?: string[]; host?: string[]; speed?: number; withoutGit?: boolean; /** One more app of the same recipe. */ beside?: string }): Promise<PlatformStage> {
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
  const block = (name: string, domain: string) =>
    [`  ${name}:`, ...[`recipe: ${recipe}`, `domain: ${domain}`, `stateless: ${given.stateless}`, ...(given.settings ?? ['gate: { passes: 3, dwell: 10s }', 'limits: { deploy: 20s, rollback: 30s, start: 60s }'])].map((line) => `    ${line}`)]
  const lines = ['platform:', ...(given.beside ? block(given.beside, `${given.beside}.platform.scripted`) : []), ...block('scene', DOMAIN)]
  const writeSettings = (more: string[] = []) => writeFileSync(join(state, 'settings.yml'), `${[...(given.host ?? []), ...lines, ...more.map((line) => `    ${line}`)].join('\n')}\n`)
  writeSettings()
  const own = join(state, 'platform', 'scene')
  const journal = () => (existsSync(join(own, 'journal.jsonl')) ? readFileSync(join(own, 'journal.jsonl'), 'utf8') : '')
  const here = async (but: (ports: PlatformPorts) => Partial<PlatformPorts> = () => ({})) => {
    const { settings, problems } = await loadSettings({ environment: env, stateFolder: state, settingsFile: undefined, packageFolder: checkout, workingFolder: folder.path })
    assert.deepEqual(problems, [])
    const ports = portsFor(settings, fastClock(given.speed ?? 10))
    if (given.withoutGit) ports.sources = folderSources()
    return { app: settings.platform[0]!, ports: { ...ports, ...but(ports) } }
  }
  const answers = async (host = DOMAIN) => {
    const answer = await ask(await callWorld<Reach>(world.socket, 'reach', {}), host).catch(() => undefined)
    return answer ? `${answer.status} ${answer.body.trim()}` : 'nobody'
  }
  const args = ['platform', 'reconcile', '--json', '--state', state]
  return {
    world, state, env,
    configure: (line) => writeSettings([line]),
    publish: (version, scene) => writeVersion(recipe, version, scene),
    withdrawAllBut(version) {
      for (const name of readdirSync(recipe)) if (name !== version) rmSync(join(recipe, name), { recursive: true })
    },
    async reconcile() {
      const { code, out, err } = await cli(args, { env })
      assert.notEqual(out, '', err)
      return { code, told: (JSON.parse(out) as Told[])[0]!, out, err }
    },
    async reconcileHere(but) {
      const { app, ports } = await here(but)
      const said: string[] = []
      const told = await reconcile(ports, app, { signals: { cancel: new AbortController().signal, abandon: new AbortController().signal }, say: (text) => said.push(text) })
      return { code: exitOf(told), told, said: [...said, ...sayTold(app.name, told)].join('\n') }
    },
    ports: async () => (await here()).ports,
    async approveHere(version) {
      const { app, ports } = await here()
      return await approve(ports, app, { version, by: 'ops', signal: new AbortController().signal })
    },
    start: (more = {}, words) => start(words ? [...words, '--state', state] : args, { env: { ...env, ...more } }),
    cc: (...words) => cli([...words, '--state', state], { env }),
    lastGood: () => (existsSync(join(own, 'last_good.json')) ? (JSON.parse(readFileSync(join(own, 'last_good.json'), 'utf8')) as LastGood) : null),
    history: () => readJournal('journal.jsonl', journal()) as PlatformHistory,
    alerts: async () => (await fileAlerts({ folder: join(state, 'alerts'), clock: fastClock(1) }).list()).open,
    answers,
    async untilIll() {
      const deadline = performance.now() + 20_000
      while ((await answers()).startsWith('200 ')) {
        assert.ok(performance.now() < deadline, 'it answers though its health check should fail')
        await setTimeout(10)
      }
    },
    stack: STACK,
    domain: DOMAIN,
    forget: () => rm(own, { recursive: true, force: true }),
    takeAway: (data) => callWorld(world.socket, 'remove', { app: { run: 'platform-scene', stack: STACK, domain: DOMAIN }, data }),
    journal,
    damageJournal(more) {
      appendFileSync(join(own, 'journal.jsonl'), more)
      return journal()
    },
    inventory: async () => (await world.inventory()).map(({ kind, name }) => `${kind} ${name}`),
    ask: (method, args = {}) => callWorld(world.socket, method, args),
    starts: async (version) => (await callWorld<Record<string, number>>(world.socket, 'starts', {}))[`${STACK} ${version}`] ?? 0,
    data: () => callWorld<Record<string, string>>(world.socket, 'files', { volume: `${STACK}_data` }),
    async [Symbol.asyncDispose]() {
      await world.end()
      folder[Symbol.dispose]()
    },
  }
}

function portsFor(settings: Settings, clock: Clock): PlatformPorts {
  const { stateFolder } = settings
  const socket = settings.scriptedSocket!
  const engine = scriptedEngine({ socket })
  return {
    engine, clock,
    sources: gitSources({ processes: nodeProcesses(process.env), cacheFolder: join(settings.cacheFolder, 'sources'), clock }),
    snapshots: snapshotsFor(engine, settings, clock),
    probes: nodeProbes(),
    records: filePlatformRecords({ stateFolder, clock }),
    secrets: fileSecretStore({ stateFolder }),
    alerts: fileAlerts({ folder: join(stateFolder, 'alerts'), clock }),
    locks: sqliteLocks({ folder: join(stateFolder, 'locks'), clock, pid: process.pid }),
    random: systemRandom(),
    host: { allow: () => ['network-share::/export'], sourceOf: () => undefined, configFor: async () => undefined, secret: () => undefined, proxyNetwork: 'proxy', obstacle: async () => undefined, checksImage: '', limits: settings.limits },
    drain: async () => ({ resume: async () => {} }),
  }
}

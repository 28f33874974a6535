import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { LastGood, PlatformHistory } from '../../src/domain/model/platform.ts'
import { readJournal } from '../../src/domain/model/read-platform.ts'
import { run } from '../rig/command.ts'
import type { OwnHost } from '../rig/own-host.ts'
import { domain, places, ports } from '../rig/places.ts'
import { checkout, start, type Started } from '../support/cli.ts'

/** An app on a real Swarm, with its data in a volume or without: the notes of the fixtures, whose second version moves all notes into one file. */
export interface Place {
  host: OwnHost
  app: string
  stateless: boolean
  publish(version: string, given: { migrated: boolean; bad: boolean }): void
  begin(...args: string[]): Started
  /** With what is to happen to it (see die-at-journal.ts). */
  beginDying(at: string): Started
  lastGood(): LastGood | null
  history(): PlatformHistory
  lines(): string[]
  ask(path: string, method?: string, body?: string): Promise<string>
  /** Every task that the engine still knows of the app, also ended ones. */
  tasks(): Promise<string[]>
}

/** One of each, on one host; settings, recipes and the state lie in `folder`. */
export function openPlaces(host: OwnHost, folder: string, state = join(folder, 'state')): Place[] {
  const own = places({ CCCI_CACHE: host.folder })
  const apps = [{ app: 'notes', stateless: false }, { app: 'front', stateless: true }]
  for (const { app } of apps) mkdirSync(join(folder, app))
  writeFileSync(join(folder, 'settings.yml'), stringify({
    ...(parse(readFileSync(own.settings, 'utf8')) as object),
    platform: Object.fromEntries(apps.map(({ app, stateless }) => [app, {
      recipe: join(folder, app),
      domain: `${app}.${domain}`,
      stateless,
      gate: { path: '/healthz', status: [200], contains: 'ok', passes: 2, dwell: '3s' },
      limits: { deploy: '2m', rollback: '4m', start: '10m' },
    }])),
  }))
  const env = { ...host.env, CCCI_SETTINGS: join(folder, 'settings.yml') }
  return apps.map(({ app, stateless }): Place => {
    const file = (name: string) => join(state, 'platform', app, name)
    const read = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '')
    const begin = (more: Record<string, string>, args: string[]) => start(['platform', ...args, '--state', state], { env: { ...env, ...more }, through: host.inside })
    const reconcile = ['reconcile', app, '--json']
    return {
      host, app, stateless,
      publish(version, { migrated, bad }) {
        for (const name of readdirSync(join(folder, app))) if (!(read('last_good.json').includes(`"${name}"`))) rmSync(join(folder, app, name), { recursive: true })
        const like = migrated ? '1.1.0+2.0.0' : '1.0.0+1.0.0'
        const made = join(folder, app, version)
        cpSync(join(checkout, 'fixtures', 'recipes', 'notes', like), made, { recursive: true })
        const compose = readFileSync(join(made, 'compose.yml'), 'utf8').replace(`version=${like}"`, `version=${version}"`)
        writeFileSync(join(made, 'compose.yml'), bad ? compose.replace(/( +)image: ccci\/notes.*\n/, (line, indent: string) => `${line}${indent}entrypoint: [sh, -c, "node /app/server.mjs & sleep 5; exit 5"]\n`) : compose)
      },
      begin: (...args) => begin({}, args.length > 0 ? args : reconcile),
      beginDying: (at) => begin({ CCCI_TEST_DIE: at, NODE_OPTIONS: `--import ${join(checkout, 'test/support/die-at-journal.ts')}` }, reconcile),
      lastGood: () => (read('last_good.json') === '' ? null : (JSON.parse(read('last_good.json')) as LastGood)),
      history: () => readJournal('journal.jsonl', read('journal.jsonl')) as PlatformHistory,
      lines: () => read('journal.jsonl').split('\n').flatMap((text) => {
        try {
          const { entry, step } = JSON.parse(text) as { entry: string; step?: string }
          return [step === undefined ? entry : `${entry} ${step}`]
        } catch {
          // Torn by the kill: the one before it counts.
          return []
        }
      }),
      async ask(path, method = 'GET', body) {
        const [program, ...rest] = host.inside([process.execPath, join(import.meta.dirname, 'ask-program.ts'), `https://${app}.${domain}${path}`, String(ports.https), join(own.authority, 'ca.pem'), method, ...(body === undefined ? [] : [body])])
        return (await run(program, rest)).stdout
      },
      async tasks() {
        const listed = await host.docker('service', 'ps', '--no-trunc', '--format', '{{.CurrentState}} {{.Image}}', `${app}.${domain}`.replaceAll('.', '_').concat('_app'))
        return listed.split('\n').filter(Boolean)
      },
    }
  })
}

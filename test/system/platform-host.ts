import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stackNameOf } from '../../src/domain/model/app.ts'
import type { LastGood } from '../../src/domain/model/platform.ts'
import type { StoredAlert } from '../../src/ports/alerts.ts'
import type { Told } from '../../src/workflows/reconcile/told.ts'
import { until } from '../rig/command.ts'
import { publish } from '../rig/fixtures.ts'
import { openOwnHost, type OwnHost } from '../rig/own-host.ts'
import { type Places, places } from '../rig/places.ts'
import { checkout, type Ended, start, type Started, temporaryFolder } from '../support/cli.ts'

/** A host of its own with one platform app of ours, whose recipe is released as a test goes on. */
export interface PlatformHost extends AsyncDisposable {
  host: OwnHost
  /** Where the parts of that host lie. */
  own: Places
  /** A path in the test's own folder. */
  within(name: string): string
  /** The bare repository of the recipe. */
  repository: string
  settingsFile: string
  /** What the recipe's repository holds from now on, oldest first. */
  publish(...versions: string[]): Promise<void>
  /** Makes a release like another one, but for what `edit` does to its files, and with that release note. */
  release(version: string, like: string, edit?: Edit, note?: string): Promise<void>
  /** `state`: with the records of another cc-ci, for which what runs here is somebody else's. */
  reconcile(given?: { state?: string }): Promise<Reconciled>
  /** The same, standing still right after the named steps were done: then `look` is called, and it goes on. */
  reconcileInSteps(looks: Record<string, () => Promise<void>>): Promise<Reconciled>
  cc(...args: string[]): Promise<Ended>
  alerts(): Promise<StoredAlert[]>
  /** The ids of the app's containers that run. */
  containers(): Promise<string>
  lastGood(state?: string): Promise<LastGood | null>
  /** Makes an image from a Dockerfile and has it in the host's registry. */
  makeImage(name: string, dockerfile: string): Promise<void>
}

export type Edit = (file: string, text: string) => string

export interface Reconciled {
  code: number | null
  told: Told
  /** `upgrade: committed` */
  did: string
  lastGood: LastGood
  err: string
}

export async function openPlatformHost({ name, domain, parts }: { /** Of the app, and of its folder in `platform/`. */ name: string; domain: string; parts: string[] }): Promise<PlatformHost> {
  const folder = temporaryFolder(name)
  const host = await openOwnHost({ parts }).catch((error: unknown) => {
    folder[Symbol.dispose]()
    throw error
  })
  const within = (path: string) => join(folder.path, path)
  const repository = within(`${name}.git`)
  const settingsFile = within('settings.yml')
  cpSync(join(checkout, 'platform', name), within('versions'), { recursive: true })
  const startCc = (given: { state?: string | undefined; env?: Record<string, string> }, ...args: string[]) =>
    start([...args, '--state', within(given.state ?? 'state')], { env: { ...host.env, CCCI_SETTINGS: settingsFile, ...given.env }, through: host.inside })
  const cc = (...args: string[]) => startCc({}, ...args).ended
  const startReconcile = (given: { state?: string | undefined; env?: Record<string, string> }) => startCc(given, 'platform', 'reconcile', name, '--json')
  const lastGood = async (state = 'state') => JSON.parse(await readFile(join(within(state), 'platform', name, 'last_good.json'), 'utf8').catch(() => 'null')) as LastGood | null

  async function reconciled(started: Started, state?: string): Promise<Reconciled> {
    const { code, out, err } = await started.ended
    if (out.trim() === '') throw new Error(`no result, exit code ${code}:\n${err}`)
    const [told] = JSON.parse(out) as [Told]
    return { code, told, did: didOf(told), err: `${err}\n${out}`, lastGood: (await lastGood(state)) as LastGood }
  }

  return {
    host,
    own: places({ CCCI_CACHE: host.folder }),
    within,
    repository,
    settingsFile,
    cc,
    lastGood,
    publish: (...versions) => publish({ from: within('versions'), versions, repository }),
    async release(version, like, edit = (_, text) => text, note) {
      const made = join(within('versions'), version)
      cpSync(join(within('versions'), like), made, { recursive: true })
      for (const entry of await readdir(made, { withFileTypes: true })) {
        if (!entry.isFile()) continue
        const text = (await readFile(join(made, entry.name), 'utf8')).replace(`version=${like}"`, `version=${version}"`)
        await writeFile(join(made, entry.name), edit(entry.name, text))
      }
      if (note !== undefined) await writeFile(join(made, 'release', version), note)
    },
    reconcile: async ({ state } = {}) => await reconciled(startReconcile({ state }), state),
    async reconcileInSteps(looks) {
      const started = startReconcile({ env: { CCCI_TEST_STOP: Object.keys(looks).join(), NODE_OPTIONS: `--import ${join(checkout, 'test/support/stop-at-journal.ts')}` } })
      const ended = new AbortController()
      const result = reconciled(started).finally(() => ended.abort())
      try {
        for (const [step, look] of Object.entries(looks)) {
          await until(`the reconcile to stand still after: ${step}`, 900_000, async () => (ended.signal.aborted || (await isStopped(started.pid)) ? true : undefined))
          if (!ended.signal.aborted) await look()
          started.kill('SIGCONT')
        }
        return await result
      } catch (error) {
        started.kill('SIGKILL')
        await result.catch(() => {})
        throw error
      }
    },
    alerts: async () => JSON.parse((await cc('alerts', 'list', '--json')).out) as StoredAlert[],
    containers: () => host.docker('ps', '--no-trunc', '--format', '{{.ID}}', '--filter', `label=com.docker.stack.namespace=${stackNameOf(domain)}`),
    async makeImage(image, dockerfile) {
      const context = within(`image-${image.replaceAll(/[/:]/g, '-')}`)
      mkdirSync(context)
      writeFileSync(join(context, 'Dockerfile'), dockerfile)
      await host.docker('build', '--quiet', '--tag', image, context)
      await host.docker('push', '--quiet', image)
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

async function isStopped(pid: number): Promise<boolean> {
  // The state stands behind the name, which is in brackets and may hold anything.
  return (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ').at(-1)?.startsWith('T') ?? false
}

function didOf({ result }: Told): string {
  if (result.is !== 'done') return result.is === 'held' ? `held: ${result.hold.kind}` : result.is
  return result.outcome ? `${result.decision}: ${result.outcome.is}` : result.decision
}

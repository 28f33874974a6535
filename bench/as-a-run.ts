import { join } from 'node:path'
import { hasErrors } from '../src/domain/model/problem.ts'
import type { Reason } from '../src/domain/model/reason.ts'
import type { Resource } from '../src/domain/model/engine-state.ts'
import { oneLine } from '../src/domain/report/words.ts'
import { appOf, newRunId } from '../src/domain/plan/run-name.ts'
import { chooseVersions } from '../src/workflows/run/candidates.ts'
import type { Candidate, RunContext, RunRequest } from '../src/workflows/run/context.ts'
import { awaitReady } from '../src/workflows/run/bring-up.ts'
import { deployVersion } from '../src/workflows/run/deploy.ts'
import { pullImages } from '../src/workflows/run/images.ts'
import { guardDwell } from '../src/workflows/run/ready.ts'
import { teardown } from '../src/workflows/run/teardown.ts'
import { runTier, type Tier } from '../src/workflows/run/tier.ts'
import { openWatch } from '../src/workflows/app/watch.ts'
import type { Given } from './bench.ts'
import { assertGone } from './verify.ts'
import type { Workbench } from './workbench.ts'

const TIER_LIMIT = 5 * 60_000

/**
 * An app of a bench with what a run knows of it. Everything below is done by the functions that a run calls, in a tier, with its journal,
 * its evidence and its ear on the engine; there is no other way in here.
 */
export interface BenchedRun {
  context: RunContext
  /** The version before the head; the head itself where there is none. */
  base: Candidate
  head: Candidate
  /** Fetches the images of all versions and writes their files down, so that neither is part of what is measured. */
  prepare(signal: AbortSignal, given: { pull: boolean }): Promise<void>
  /** Hands a version to the engine and waits until it is ready: ms, and when that was, ms UTC. Fails where a run would. */
  deploy(version: Candidate, signal: AbortSignal): Promise<{ ms: number; readyAt: number }>
  /** The same, then watches it for the dwell time: the reason that a run gives, undefined where it is content. */
  judge(version: Candidate, signal: AbortSignal): Promise<{ ms: number; decidedAt: number; reason: Reason | undefined }>
  /** Takes the app and its data down and compares the inventory, as the last tier does: ms. The checkouts go too: nothing comes after it. */
  teardown(signal: AbortSignal): Promise<number>
  /** Takes the app and its data off the engine, and no more: it can be deployed again. */
  remove(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** An app of a bench, prepared, for as long as `work` takes, and gone after it. Its images are fetched first, unless `pull` is false. */
export async function withRun<T>({ bench, signal }: Given, recipe: string, work: (run: BenchedRun) => Promise<T>, { pull = true } = {}): Promise<T> {
  const run = await openRun(bench, recipe)
  try {
    await run.prepare(signal, { pull })
    return await work(run)
  } finally {
    await run.close()
    await assertGone(bench, run, 'cc-ci')
  }
}

async function openRun({ ports }: Workbench, recipe: string): Promise<BenchedRun> {
  const { clock, engine } = ports
  const source = await ports.sources.open(join(import.meta.dirname, 'recipes', recipe))
  const { commit, dirty } = await source.resolve()
  const reach = await engine.reach()
  const app = appOf(newRunId('bench', ports.random.bytes(3)), reach.domain)
  const record = await ports.records.create(app.run, { app, recipe, source: source.where, engine: 'swarm', startedAt: clock.now(), pid: process.pid })
  const versions = await chooseVersions({ source, commit, app, engine: 'swarm', wish: { is: 'any' }, rules: ports.host, folder: record.checkouts })
  if ('unknownVersion' in versions) throw new Error(`bench/recipes/${recipe} has no version ${versions.unknownVersion}`)
  const { head, base } = versions
  if (hasErrors(head.recipe.problems)) throw new Error(`bench/recipes/${recipe}: ${head.recipe.problems.map(({ message }) => message).join(' ')}`)
  const watch = openWatch({ engine, app, clock, onEvent: () => {} })
  const request: RunRequest = { recipe, base: { is: 'any' }, tiers: [], engine: 'swarm', keep: false, reproduce: 'npm run bench' }
  const context: RunContext = {
    ports, request, app, record, source, reach, watch, emit: (event) => void record.event(event), dirty, head, base, needs: [],
    deployment: null, readyAt: 0, deploys: 0, made: false, images: new Map(), evidence: [], secrets: new Map(), running: 'nothing',
  }
  let before: Resource[] = []

  async function inTier(name: 'install' | 'upgrade' | 'teardown', signal: AbortSignal, body: (tier: Tier) => Promise<void>): Promise<Reason | undefined> {
    const { reason } = await runTier({ context, name, limitMs: TIER_LIMIT, runSignal: signal, body })
    signal.throwIfAborted()
    return reason
  }

  async function measured(name: 'install' | 'teardown', signal: AbortSignal, body: (tier: Tier) => Promise<void>): Promise<number> {
    const from = clock.monotonic()
    const reason = await inTier(name, signal, body)
    if (reason) throw new Error(`${recipe}: the ${name} of a bench failed: ${oneLine(reason)}`)
    return clock.monotonic() - from
  }

  async function bringUp(tier: Tier, version: Candidate) {
    const deployment = await deployVersion(context, tier, version, version === head ? 'head' : 'base')
    return { deployment, readyAt: await awaitReady(context, tier, { version, deployment, waitsFor: 'the app to run and to answer' }) }
  }

  return {
    context,
    base: base ?? head,
    head,
    async prepare(signal, { pull }) {
      for (const version of new Set([base ?? head, head])) {
        await source.checkout(version.commit, version.folder)
        if (pull) await measured('install', signal, (tier) => pullImages(context, tier, version))
      }
      before = await engine.inventory()
    },
    async deploy(version, signal) {
      const ms = await measured('install', signal, async (tier) => void (await bringUp(tier, version)))
      return { ms, readyAt: context.readyAt }
    },
    async judge(version, signal) {
      const from = clock.monotonic()
      const reason = await inTier('install', signal, async (tier) => {
        const up = await bringUp(tier, version)
        await tier.step('see that it stays up', {}, () => guardDwell(context, tier, up).settled)
      })
      return { ms: clock.monotonic() - from, decidedAt: clock.now(), reason }
    },
    teardown: (signal) => measured('teardown', signal, (tier) => teardown(context, tier, { before, found: () => {} })),
    async remove(signal) {
      await engine.remove(app, { data: 'doomed', signal })
      context.running = 'nothing'
    },
    async close() {
      await engine.remove(app, { data: 'doomed' })
      await watch.close()
      await record.close()
    },
  }
}

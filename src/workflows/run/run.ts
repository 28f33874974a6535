import { backupDuty } from '../../domain/plan/coverage.ts'
import { claimsOf, takenClaim } from '../../domain/plan/claims.ts'
import { appOf, newRunId } from '../../domain/plan/run-name.ts'
import { tiersToRun } from '../../domain/plan/tiers.ts'
import { hasErrors } from '../../domain/model/problem.ts'
import { junitOf } from '../../domain/report/junit.ts'
import { renderPage } from '../../domain/report/page.ts'
import type { Reason } from '../../domain/model/reason.ts'
import type { Resource } from '../../domain/model/engine-state.ts'
import type { RunEvent, RunResults, Verdict } from '../../domain/model/run.ts'
import type { Held } from '../../ports/lock.ts'
import { type Versions, chooseVersions } from './candidates.ts'
import type { Candidate, RunContext, RunPorts, RunRequest } from './context.ts'
import { newMarkers, probesOf } from './markers.ts'
import type { Done } from './done.ts'
import { composeResults } from './results.ts'
import { watchUsage } from './usage.ts'
import { reasonOfError } from './stopped.ts'
import { teardown } from './teardown.ts'
import { runTier, tierWithout, type RunEnd, type Tier, type TierOutcome } from './tier.ts'
import { backup } from './tiers/backup.ts'
import { custom } from './tiers/custom.ts'
import { install } from './tiers/install.ts'
import { restore } from './tiers/restore.ts'
import { upgrade } from './tiers/upgrade.ts'
import { openWatch } from './watch.ts'

/**
 *     resolve ─► choose versions ─► claim ─► install ─► upgrade ─► backup ─► restore ─► custom ─► teardown ─► control? ─► results
 *                      │                        └── a failure blocks what follows, never the teardown ──┘
 *                      └── the head cannot be read: nothing is created
 *
 * INVARIANTS
 * - The run's lock is held from before the first resource until after the teardown: nobody cleans a live run (trap 29).
 * - What is made is in the journal before it is made; the teardown runs whatever happened, with its own deadline (trap 30).
 * - Results are written last and by nobody else.
 */
export type RunOutcome =
  | { is: 'done'; results: RunResults; folder: string; reportPath: string }
  /** Bad usage: nothing was created, and there is no record. */
  | { is: 'refused'; message: string }

/** `cancel`: end, tear down. `abandon`: stop even the teardown; the record stays for `runs clean`. */
export interface RunSignals {
  cancel: AbortSignal
  abandon: AbortSignal
}

export async function runRecipe(ports: RunPorts, request: RunRequest, signals: RunSignals, onEvent: (event: RunEvent) => void): Promise<RunOutcome> {
  const { clock } = ports
  const startedAt = clock.now()
  const source = await ports.sources.open(request.recipe, signals.cancel)
  const { commit, dirty } = await source.resolve(request.ref)
  const reach = await ports.engine.reach()
  const id = newRunId(source.name, ports.random.bytes(3))
  const app = appOf(id, reach.domain)

  const held = await ports.locks.tryAcquire(`run:${id}`, `run of ${source.name} at ${commit.slice(0, 8)}`)
  if ('heldBy' in held) return { is: 'refused', message: `run ${id} exists already and is under way: start again` }
  const record = await ports.records.create(id, { app, recipe: source.name, source: source.where, engine: request.engine, startedAt, pid: process.pid })
  try {
    const versions = await chooseVersions({ source, commit, app, engine: request.engine, wish: request.base, rules: ports.host, folder: `${record.folder}/checkout` })
    if ('unknownVersion' in versions) {
      await record.intend({ do: 'gone', stack: app.stack })
      const known = versions.known.length > 0 ? `it has ${versions.known.join(', ')}` : 'it has none'
      return { is: 'refused', message: `${source.name} has no published version ${versions.unknownVersion}: ${known}` }
    }
    const emit = (event: RunEvent) => {
      onEvent(event)
      void record.event(event)
    }
    emit({ kind: 'run-started', at: startedAt, id, recipe: source.name, engine: request.engine, domain: app.domain, plan: planLines(versions, request) })
    const watch = openWatch({
      engine: ports.engine,
      app,
      clock,
      onEvent: (event) => emit({ kind: 'engine', at: event.at, text: event.text, ...(event.service ? { service: event.service } : {}) }),
    })
    const context: RunContext = {
      ports, request, app, record, source, reach, watch, emit, dirty,
      head: versions.head, base: versions.base,
      deployment: null, readyAt: 0, deploys: 0, images: new Map(), evidence: [], secrets: new Map(), running: 'nothing',
    }
    const done = await runAll(context, versions, signals, startedAt)
    await watch.close()
    return await finish(context, done, signals)
  } finally {
    await record.close()
    await held.release()
  }
}

async function runAll(context: RunContext, versions: Versions, signals: RunSignals, startedAt: number): Promise<Done> {
  const { ports, request } = context
  const { head, base } = versions
  const limits = { ...head.recipe.config.limits }
  const runLimit = limits.run ?? ports.host.limits.run
  const end = new AbortController()
  const deadline = ports.clock.deadline(runLimit)
  deadline.signal.addEventListener('abort', () => end.abort({ by: 'deadline', limitMs: runLimit } satisfies RunEnd), { once: true })
  const onCancel = () => end.abort({ by: 'person', says: String(signals.cancel.reason ?? 'a signal') } satisfies RunEnd)
  if (signals.cancel.aborted) onCancel()
  signals.cancel.addEventListener('abort', onCancel, { once: true })

  const markers = newMarkers(context)
  const done: Done = { startedAt, outcomes: [], versions, markers, upgrade: null, taken: null, gaps: [], leftovers: [], peak: { memoryBytes: 0, diskBytes: 0 }, failedAt: 'head', control: undefined }
  const usage = watchUsage(context)
  const claims: Held[] = []
  let before: Resource[] = []

  const tier = async (name: TierOutcome['record']['name'], body: (tier: Tier) => Promise<void>): Promise<TierOutcome> => {
    const at = context.running === 'nothing' ? (base ? 'base' : 'head') : context.running
    const outcome = await runTier({ context, name, limitMs: (name in limits ? limits[name as keyof typeof limits] : undefined) ?? ports.host.limits.tier, runSignal: end.signal, body })
    if (outcome.reason && outcome.record.verdict === 'fail' && !done.outcomes.some((earlier) => earlier.record.verdict === 'fail')) {
      done.failedAt = name === 'upgrade' ? 'head' : at
    }
    if (outcome.reason) await keepLogs(context, name)
    done.outcomes.push(outcome)
    return outcome
  }
  const without = (name: TierOutcome['record']['name'], reason: Reason) => {
    const outcome = tierWithout(name, reason)
    context.emit({ kind: 'tier-ended', at: ports.clock.now(), tier: outcome.record })
    done.outcomes.push(outcome)
    return outcome
  }

  const wanted = tiersToRun(request.tiers)
  try {
    done.outcomes.push(lintOutcome(head))
    if (hasErrors(head.recipe.problems)) {
      for (const name of wanted) without(name, { reason: 'blocked-by', tier: 'lint' })
      await context.record.intend({ do: 'gone', stack: context.app.stack })
      return done
    }
    const conflict = await claimAll(context, versions, claims, end.signal)
    if (conflict) {
      for (const name of wanted) without(name, conflict)
      await context.record.intend({ do: 'gone', stack: context.app.stack })
      return done
    }
    before = await ports.engine.inventory()
    await runTiers(context, done, { wanted, tier, without })
    if (!(await anythingMade(context))) await context.record.intend({ do: 'gone', stack: context.app.stack })
  } catch (error) {
    const reason = reasonOfError(error, 'preparing the run')
    for (const name of wanted) if (!done.outcomes.some((outcome) => outcome.record.name === name)) without(name, reason)
  } finally {
    deadline.cancel()
    signals.cancel.removeEventListener('abort', onCancel)
    await usage.stop()
    done.peak = usage.peak()
    if (await anythingMade(context)) {
      await keepLogs(context, 'end')
      if (request.keep) without('teardown', { reason: 'declared', says: `kept with --keep; remove it with: cc-ci runs clean ${context.app.run}`, by: 'the command line' })
      else {
        done.outcomes.push(
          await runTier({
            context,
            name: 'teardown',
            limitMs: ports.host.limits.teardown,
            runSignal: signals.abandon,
            body: (step) => teardown(context, step, { before, found: (leftovers) => Object.assign(done, { leftovers }) }),
          }),
        )
      }
    }
    for (const claim of claims) await claim.release()
  }
  return done
}

interface Runner {
  wanted: ReturnType<typeof tiersToRun>
  tier(name: TierOutcome['record']['name'], body: (tier: Tier) => Promise<void>): Promise<TierOutcome>
  without(name: TierOutcome['record']['name'], reason: Reason): TierOutcome
}

async function runTiers(context: RunContext, done: Done, run: Runner): Promise<void> {
  const { head, base } = done.versions
  const { markers } = done
  const wants = (name: string) => run.wanted.some((one) => one === name)
  const declared = (base ?? head).recipe.config.notApplicable
  const declaredBy = (tier: string) => (base ?? head).recipe.configFrom[`notApplicable.${tier}`] ?? 'cc-ci.yml'
  // Without an upgrade asked for there is no reason to begin at the base.
  const first = wants('upgrade') ? base : null
  let blockedBy: string | undefined

  const installed = await run.tier('install', (tier) => install(context, tier, { version: first ?? head, as: first ? 'base' : 'head', markers }))
  if (installed.reason) blockedBy = 'install'

  if (wants('upgrade')) {
    if (blockedBy) run.without('upgrade', { reason: 'blocked-by', tier: blockedBy })
    else if (declared.upgrade !== undefined) run.without('upgrade', { reason: 'declared', says: declared.upgrade, by: declaredBy('upgrade') })
    else if (!base && done.versions.unusable) run.without('upgrade', { reason: 'base-unusable', ...done.versions.unusable })
    else if (!base && done.versions.movedNothing) run.without('upgrade', { reason: 'moved-nothing' })
    else if (!base) run.without('upgrade', { reason: 'structural', says: done.versions.noBase })
    else if ((await run.tier('upgrade', (tier) => upgrade(context, tier, { base, head, markers, found: (facts) => Object.assign(done, { upgrade: facts }) }))).reason) blockedBy = 'upgrade'
  }

  if (wants('backup') || wants('restore')) {
    const duty = backupDuty({ base: base?.recipe ?? null, head: head.recipe })
    if (duty.is === 'apply') done.gaps = duty.gaps
    if (duty.is === 'not-covered') done.gaps = duty.volumes
    const reason: Reason | undefined = blockedBy ? { reason: 'blocked-by', tier: blockedBy } : reasonNotToBackUp(duty, declaredBy('backup'))
    if (reason || duty.is !== 'apply') {
      if (wants('backup')) run.without('backup', reason ?? { reason: 'structural', says: 'there is nothing to back up' })
      if (wants('restore')) run.without('restore', reason ?? { reason: 'structural', says: 'there is nothing to restore' })
    } else {
      const { coverage } = duty
      const saved = await run.tier('backup', async (tier) => {
        done.taken = await backup(context, tier, { coverage, markers })
      })
      const { taken } = done
      if (wants('restore')) {
        if (saved.reason || !taken) run.without('restore', { reason: 'blocked-by', tier: 'backup' })
        else if (declared.restore !== undefined) run.without('restore', { reason: 'declared', says: declared.restore, by: declaredBy('restore') })
        else if ((await run.tier('restore', (tier) => restore(context, tier, { coverage, markers, taken }))).reason) blockedBy = 'restore'
      }
      if (saved.record.verdict === 'infra') blockedBy = 'backup'
    }
  }

  if (wants('custom')) {
    const { config } = (context.running === 'base' && base ? base : head).recipe
    if (blockedBy) run.without('custom', { reason: 'blocked-by', tier: blockedBy })
    else if (declared.custom !== undefined) run.without('custom', { reason: 'declared', says: declared.custom, by: declaredBy('custom') })
    else if (config.checks.length === 0 && config.setup.length === 0) run.without('custom', { reason: 'structural', says: 'the recipe brings no checks of its own' })
    else await run.tier('custom', (tier) => custom(context, tier))
  }
}

function reasonNotToBackUp(duty: ReturnType<typeof backupDuty>, by: string): Reason | undefined {
  switch (duty.is) {
    case 'apply':
      return undefined
    case 'declared':
      return { reason: 'declared', says: duty.why, by }
    case 'no-data':
      return { reason: 'structural', says: 'the recipe keeps no data in volumes' }
    case 'not-covered':
      return { reason: 'not-covered', volumes: duty.volumes }
    case 'dropped':
      return { reason: 'coverage-dropped', volumes: duty.volumes }
  }
}

/** The rung beside the tiers: what abra's lint and ours would refuse or warn of. */
function lintOutcome(head: Candidate): TierOutcome {
  const errors = head.recipe.problems.filter((problem) => problem.severity === 'error')
  const first = errors[0] ?? head.recipe.problems[0]
  if (!first) return { record: { name: 'lint', verdict: 'pass', reason: '', ms: 0, steps: [] }, reason: undefined }
  return tierWithout('lint', { reason: errors.length > 0 ? 'recipe-invalid' : 'lint', problems: head.recipe.problems.length, first: `${first.file}:${first.line}:${first.column} ${first.rule} ${first.message}` })
}

/** Takes what a host has only one of. A reason: somebody who is not us has it. */
async function claimAll(context: RunContext, versions: Versions, claims: Held[], signal: AbortSignal): Promise<Reason | undefined> {
  const wanted = claimsOf([versions.head.recipe, ...(versions.base ? [versions.base.recipe] : [])], context.app)
  if (wanted.length === 0) return undefined
  const facts = await context.ports.engine.facts()
  const taken = takenClaim(wanted, { ports: facts.takenPorts, routers: facts.takenRouters })
  if (taken) return { reason: 'conflict', what: `${taken.kind} ${taken.value}`, with: 'something else on this host' }
  for (const claim of wanted) {
    claims.push(
      await context.ports.locks.acquire(claim.lock, `run ${context.app.run}`, {
        deadlineMs: context.ports.host.limits.run,
        signal,
        onWait: (holder) => context.emit({ kind: 'note', at: context.ports.clock.now(), text: `waiting for ${claim.kind} ${claim.value}, which ${holder.why} holds` }),
      }),
    )
  }
  return undefined
}

async function anythingMade(context: RunContext): Promise<boolean> {
  return context.deploys > 0 || context.secrets.size > 0
}

/** The logs of every service as they are now, kept as evidence. */
async function keepLogs(context: RunContext, when: string): Promise<void> {
  const version = context.running === 'base' && context.base ? context.base : context.head
  if (context.running === 'nothing') return
  for (const service of Object.keys(version.recipe.stack.services)) {
    const lines = await context.ports.engine.logs(context.app, service, { lines: 300 }).catch(() => [])
    if (lines.length === 0) continue
    const name = `log-${service}-${when}.txt`
    const path = await context.record.evidence(name, lines.join('\n'))
    context.evidence.push({ name, path, about: `the last lines of service ${service} (${when})` })
  }
}

async function finish(context: RunContext, done: Done, signals: RunSignals): Promise<RunOutcome> {
  const { ports } = context
  done.control = await controlRun(context, done, signals)
  const heard = context.watch.heard()
  if (heard.length > 0) {
    const path = await context.record.evidence('engine-events.txt', heard.map((event) => `${new Date(event.at).toISOString()} ${event.service ?? '-'} ${event.kind} ${event.text}`).join('\n'))
    context.evidence.push({ name: 'engine-events.txt', path, about: 'what the engine reported, in order' })
  }
  const results = composeResults(context, { ...done, probed: probesOf(done.markers), endedAt: ports.clock.now() })
  await context.record.results(results)
  await context.record.file('junit.xml', junitOf(results))
  const evidence = await Promise.all(results.evidence.map(async (ref) => ({ ref, content: (await context.record.readBack(ref.path)) ?? '' })))
  const page = await context.record.file('report.html', renderPage({ results, evidence }))
  const reportPath = `${context.record.folder}/${page}`
  context.emit({ kind: 'run-ended', at: ports.clock.now(), results, reportPath })
  return { is: 'done', results, folder: context.record.folder, reportPath }
}

/**
 * On red after the upgrade: the same tier on the base alone. It tells "was already broken" from "this change broke it".
 * The upgrade itself needs none: the base stood in this very run.
 */
async function controlRun(context: RunContext, done: Done, signals: RunSignals): Promise<Verdict | undefined> {
  const { base } = done.versions
  const failed = done.outcomes.find((outcome) => outcome.record.verdict === 'fail' && ['backup', 'restore', 'custom'].includes(outcome.record.name))
  if (!failed || !base || context.request.isControl || signals.cancel.aborted) return undefined
  const name = failed.record.name as 'backup' | 'restore' | 'custom'
  context.emit({ kind: 'note', at: context.ports.clock.now(), text: `control run: does ${name} fail on ${base.release?.version.text ?? 'the base'} too?` })
  const request: RunRequest = { ...context.request, ref: base.commit, base: { is: 'none' }, tiers: name === 'restore' ? ['backup', 'restore'] : [name], keep: false, isControl: true }
  const outcome = await runRecipe(context.ports, request, signals, () => {})
  if (outcome.is !== 'done') return undefined
  const verdict = outcome.results.tiers.find((tier) => tier.name === name)?.verdict
  const path = await context.record.evidence('control-run.json', JSON.stringify(outcome.results, null, 2))
  context.evidence.push({ name: 'control-run.json', path, about: `the same tier on the base alone: ${verdict ?? 'not run'}` })
  return verdict
}

function planLines(versions: Versions, request: RunRequest): string[] {
  const head = versions.head.release?.version.text ?? versions.head.commit.slice(0, 8)
  const base = versions.base?.release?.version.text ?? versions.base?.commit.slice(0, 8)
  return [base && tiersToRun(request.tiers).includes('upgrade') ? `${base} → ${head}` : head, ...(versions.noBase ? [`no base: ${versions.noBase}`] : []), `tiers: ${tiersToRun(request.tiers).join(', ')}`]
}

import { tiersToRun } from '../../domain/plan/tiers.ts'
import { hasErrors } from '../../domain/model/problem.ts'
import type { Reason } from '../../domain/model/reason.ts'
import type { Resource } from '../../domain/model/engine-state.ts'
import type { RunEvent } from '../../domain/model/run.ts'
import type { Held } from '../../ports/lock.ts'
import { isPortError } from '../../ports/port-error.ts'
import { lintOutcome, runTiers } from './all-tiers.ts'
import { type Versions, chooseVersions } from './candidates.ts'
import { claimAll } from './claim.ts'
import type { RunContext, RunPorts, RunRequest } from './context.ts'
import { controlRun } from './control.ts'
import type { Done } from './done.ts'
import { hearEndRequest } from '../app/end-request.ts'
import { finish } from './finish.ts'
import { newMarkers } from './markers.ts'
import { newRecord } from './new-record.ts'
import { watchPool } from './pool.ts'
import { readNeeds } from './needs.ts'
import type { EndSignals } from '../app/end-signals.ts'
import type { RunOutcome } from './outcome.ts'
import { reasonOfError } from './stopped.ts'
import { neverBegun, nothingIsLeft, teardown } from './teardown.ts'
import { reasonOfRunEnd, runTier, tierWithout, type RunEnd, type Tier, type TierOutcome } from './tier.ts'
import { watchUsage } from './usage.ts'
import { openWatch } from '../app/watch.ts'

/**
 *     resolve ─► choose versions ─► claim ─► install ─► upgrade ─► backup ─► restore ─► custom ─► teardown ─► control? ─► results
 *                      │                        └── a failure blocks what follows, never the teardown ──┘
 *                      └── the head cannot be read: nothing is created
 *
 * INVARIANTS
 * - The run's lock is held from before the first resource until after the teardown: nobody cleans a live run (trap 29).
 * - What is made is in the journal before it is made; the teardown runs whatever happened, with its own deadline (trap 30).
 * - Results are written last and by nobody else.
 * - The control run explains the verdict; whatever becomes of it, the verdict stands (trap 47).
 */
export async function runRecipe(ports: RunPorts, request: RunRequest, given: EndSignals, onEvent: (event: RunEvent) => void): Promise<RunOutcome> {
  const { clock } = ports
  const startedAt = clock.now()
  const source = await ports.sources.open(request.recipe, given.cancel)
  const { commit, dirty } = await source.resolve(request.ref)
  const reach = await ports.engine.reach()
  const { app, held, record } = await newRecord(ports, {
    recipe: source.name,
    domain: reach.domain,
    why: `run of ${source.name} at ${commit.slice(0, 8)}`,
    header: { recipe: source.name, source: source.where, engine: request.engine, startedAt, pid: process.pid, ...(request.controlOf === undefined ? {} : { controlOf: request.controlOf }) },
  })
  const emit = (event: RunEvent) => {
    onEvent(event)
    void record.event(event)
  }
  const ear = hearEndRequest({ asked: record.askedToEnd, clock, signals: given, onAsked: (by) => emit({ kind: 'note', at: clock.now(), text: `asked to end by ${by}: ending, then tearing down` }) })
  const { signals } = ear
  try {
    const versions = await chooseVersions({ source, commit, app, engine: request.engine, wish: request.base, rules: ports.host, folder: record.checkouts }).catch(async (error: unknown) => {
      // What goes wrong outside has a type; anything else is ours.
      await neverBegun(record, app, isPortError(error) ? { refused: true } : { mistaken: true })
      throw error
    })
    if ('unknownVersion' in versions) {
      await neverBegun(record, app, { refused: true })
      const known = versions.known.length > 0 ? `it has ${versions.known.join(', ')}` : 'it has none'
      return { is: 'refused', message: `${source.name} has no published version ${versions.unknownVersion}: ${versions.why === undefined ? '' : `there is such a tag, but ${versions.why}; `}${known}` }
    }
    emit({ kind: 'run-started', at: startedAt, id: app.run, recipe: source.name, engine: request.engine, domain: app.domain, plan: planLines(versions, request) })
    const watch = openWatch({
      engine: ports.engine,
      app,
      clock,
      onEvent: (event) => emit({ kind: 'engine', at: event.at, text: event.text, ...(event.service ? { service: event.service } : {}) }),
    })
    const context: RunContext = {
      ports, request, app, record, source, reach, watch, emit, dirty,
      head: versions.head, base: versions.base, needs: [],
      deployment: null, readyAt: 0, deploys: 0, made: false, images: new Map(), evidence: [], secrets: new Map(), running: 'nothing',
    }
    const done = await runAll(context, versions, signals, startedAt)
    for (const each of [watch, ...context.needs.map((need) => need.context.watch)]) await each.close()
    done.control = await controlRun(context, done, signals, (again, listener) => runRecipe(ports, again, signals, listener))
    return await finish(context, done)
  } finally {
    await ear.stop()
    await record.close()
    await held.release()
  }
}

async function runAll(context: RunContext, versions: Versions, signals: EndSignals, startedAt: number): Promise<Done> {
  const { ports, request } = context
  const { head, base } = versions
  const limits = { ...head.recipe.config.limits }
  // A recipe may ask for less than the host's limit, never for more: it is not its machine.
  const runLimit = Math.min(limits.run ?? ports.host.limits.run, ports.host.limits.run)
  const end = new AbortController()
  const deadline = ports.clock.deadline(runLimit)
  deadline.signal.addEventListener('abort', () => end.abort({ by: 'deadline', limitMs: runLimit } satisfies RunEnd), { once: true })
  const onCancel = () => end.abort({ by: 'person', says: String(signals.cancel.reason ?? 'a signal') } satisfies RunEnd)
  if (signals.cancel.aborted) onCancel()
  signals.cancel.addEventListener('abort', onCancel, { once: true })

  const markers = newMarkers(context)
  const done: Done = { startedAt, outcomes: [], versions, markers, upgrade: null, taken: null, gaps: [], leftovers: [], peak: { memoryBytes: 0, diskBytes: 0 }, addresses: undefined, failedAt: 'head', control: undefined }
  const usage = watchUsage(context)
  const poolAfter = await watchPool(ports)
  const claims: Held[] = []
  let before: Resource[] = []

  const tier = async (name: TierOutcome['record']['name'], body: (tier: Tier) => Promise<void>): Promise<TierOutcome> => {
    const at = context.running === 'nothing' ? (base ? 'base' : 'head') : context.running
    const outcome = await runTier({ context, name, limitMs: (name in limits ? limits[name as keyof typeof limits] : undefined) ?? ports.host.limits.tier, runSignal: end.signal, body })
    // Lint that only warns is no failure of a tier.
    if (outcome.reason && outcome.record.verdict === 'fail' && !done.outcomes.some(({ record }) => record.verdict === 'fail' && record.name !== 'lint')) {
      done.failedAt = name === 'upgrade' ? 'head' : at
    }
    if (outcome.reason) {
      await keepLogs(context, name)
      for (const need of context.needs) await keepLogs(need.context, `${need.name}-${name}`)
    }
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
    done.outcomes.push(lintOutcome(head, request.engine))
    if (hasErrors(head.recipe.problems)) {
      for (const name of wanted) without(name, { reason: 'blocked-by', tier: 'lint' })
      return done
    }
    await readNeeds(context, versions, end.signal)
    const conflict = await claimAll(context, versions, claims, end.signal)
    if (conflict) {
      for (const name of wanted) without(name, name === 'install' || conflict.reason === 'conflict' ? conflict : { reason: 'blocked-by', tier: 'install' })
      return done
    }
    // On local there is no network that apps share.
    const obstacle = ports.engine.kind === 'local' ? undefined : await ports.host.obstacle()
    if (obstacle !== undefined) {
      for (const name of wanted) without(name, { reason: 'host', what: obstacle, engineSays: '' })
      return done
    }
    before = await ports.engine.inventory()
    await runTiers(context, done, { wanted, tier, without })
  } catch (error) {
    const reason = signals.cancel.aborted ? reasonOfRunEnd(end.signal.reason, 'preparation') : reasonOfError(error, 'preparing the run')
    for (const name of wanted) if (!done.outcomes.some((outcome) => outcome.record.name === name)) without(name, reason)
  } finally {
    deadline.cancel()
    signals.cancel.removeEventListener('abort', onCancel)
    await usage.stop()
    done.peak = usage.peak()
    if (context.made) {
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
    } else await nothingIsLeft(context.record, context.app)
    for (const claim of claims) await claim.release()
    done.addresses = await poolAfter()
  }
  return done
}

/** The logs of every service as they are now, kept as evidence. What cannot be kept (a full disk) costs the evidence, never the teardown after it. */
async function keepLogs(context: RunContext, when: string): Promise<void> {
  const version = context.running === 'base' && context.base ? context.base : context.head
  if (context.running === 'nothing') return
  for (const service of Object.keys(version.recipe.stack.services)) {
    const lines = await context.ports.engine.logs(context.app, service, { lines: 300 }).catch(() => [])
    if (lines.length === 0) continue
    const name = `log-${service}-${when}.txt`
    const path = await context.record.evidence(name, lines.join('\n')).catch(() => undefined)
    if (path === undefined) continue
    context.evidence.push({ name, path, about: `the last lines of service ${service} (${when})` })
  }
}

function planLines(versions: Versions, request: RunRequest): string[] {
  const head = versions.head.release?.version.text ?? versions.head.commit.slice(0, 8)
  const base = versions.base?.release?.version.text ?? versions.base?.commit.slice(0, 8)
  return [base && tiersToRun(request.tiers).includes('upgrade') ? `${base} → ${head}` : head, ...(versions.noBase ? [`no base: ${versions.noBase}`] : []), `tiers: ${tiersToRun(request.tiers).join(', ')}`]
}

import { backupDuty, coverageOf } from '../../domain/plan/coverage.ts'
import { droppedChecks } from '../../domain/plan/dropped-checks.ts'
import type { tiersToRun } from '../../domain/plan/tiers.ts'
import type { Reason } from '../../domain/model/reason.ts'
import type { EngineKind } from '../../domain/model/run.ts'
import type { Candidate, RunContext } from './context.ts'
import type { Done } from './done.ts'
import { stop } from './stopped.ts'
import { tierWithout, type Tier, type TierOutcome } from './tier.ts'
import { backup } from './tiers/backup.ts'
import { custom } from './tiers/custom.ts'
import { install } from './tiers/install.ts'
import { restore } from './tiers/restore.ts'
import { upgrade } from './tiers/upgrade.ts'

/** How a tier is run, and how one is left out with a reason. */
export interface Runner {
  wanted: ReturnType<typeof tiersToRun>
  tier(name: TierOutcome['record']['name'], body: (tier: Tier) => Promise<void>): Promise<TierOutcome>
  without(name: TierOutcome['record']['name'], reason: Reason): TierOutcome
}

/** The tiers in their order: which apply, and which are blocked by what came before. A failure blocks what needs the data it leaves behind. */
export async function runTiers(context: RunContext, done: Done, run: Runner): Promise<void> {
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
    else {
      const upgraded = await run.tier('upgrade', (tier) => upgrade(context, tier, { base, head, markers, found: (facts) => Object.assign(done, { upgrade: facts }) }))
      // What is asked of the app is open then; its data is not.
      if (upgraded.reason && upgraded.reason.reason !== 'ready-weakened') blockedBy = 'upgrade'
    }
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
        done.taken = await backup(context, tier, {
          coverage,
          base: base ? coverageOf(base.recipe) : null,
          markers,
          unproven: (volumes) => {
            done.gaps.push(...volumes)
            markers.unprobed.push(...volumes.map((volume) => ({ what: `the backup of volume ${volume}`, why: 'only a part of it is saved, and nothing that we could plant lies there' })))
          },
        })
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
    const { config } = head.recipe
    const dropped = base ? droppedChecks(base.recipe.config, config) : []
    if (blockedBy) run.without('custom', { reason: 'blocked-by', tier: blockedBy })
    else if (declared.custom !== undefined) run.without('custom', { reason: 'declared', says: declared.custom, by: declaredBy('custom') })
    else if (dropped.length > 0 && config.checks.length === 0) run.without('custom', { reason: 'checks-dropped', checks: dropped })
    else if (config.checks.length === 0 && config.setup.length === 0) run.without('custom', { reason: 'structural', says: 'the recipe brings no checks of its own' })
    else {
      await run.tier('custom', async (tier) => {
        await custom(context, tier)
        if (dropped.length > 0) stop({ reason: 'checks-dropped', checks: dropped })
      })
    }
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
      return { reason: 'not-covered', volumes: duty.volumes, nameless: duty.nameless }
    case 'dropped':
      return { reason: 'coverage-dropped', volumes: duty.volumes }
  }
}

/** The rung beside the tiers: what abra's lint and ours would refuse or warn of. */
export function lintOutcome(head: Candidate, engine: EngineKind): TierOutcome {
  const errors = head.recipe.problems.filter((problem) => problem.severity === 'error')
  const first = errors[0] ?? head.recipe.problems[0]
  if (!first) return { record: { name: 'lint', verdict: 'pass', reason: '', ms: 0, steps: [] }, reason: undefined }
  return tierWithout('lint', { reason: errors.length > 0 ? 'recipe-invalid' : 'lint', problems: errors.length || head.recipe.problems.length, first: `${first.file}:${first.line}:${first.column} ${first.rule} ${first.message}`, engine })
}


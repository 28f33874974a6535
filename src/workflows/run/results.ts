import { blameOf } from '../../domain/plan/blame.ts'
import { isPartial, tiersToRun } from '../../domain/plan/tiers.ts'
import { levelOf } from '../../domain/report/level.ts'
import { verdictOf } from '../../domain/report/verdict.ts'
import { sayReason, whose } from '../../domain/report/words.ts'
import type { DataProbe, RunResults, TierRecord } from '../../domain/model/run.ts'
import type { RunContext } from './context.ts'
import type { Done } from './done.ts'
import type { TierOutcome } from './tier.ts'

/** Everything that happened, as the record that all pages, comments and exit codes are made from. */
export function composeResults(context: RunContext, done: Done & { probed: DataProbe[]; endedAt: number }): RunResults {
  const { head, base } = done.versions
  const tiers = done.outcomes.map((outcome) => outcome.record)
  const verdict = verdictOf(tiers, { asked: tiersToRun(context.request.tiers) })
  const partial = isPartial(context.request.tiers)
  const ourMistake = done.outcomes.some((outcome) => outcome.reason?.reason === 'our-mistake')
  // Warnings of the lint stand in its tier as a failure, and break nothing.
  const blame = verdict === 'pass' ? 'none' : blameOf({ tiers, failedAt: done.failedAt, hasBase: base !== null && context.request.controlOf === undefined, failsOnBase: done.control?.is === 'fails-alike', ourMistake: ourMistake && !tiers.some((tier) => tier.verdict === 'fail') })
  const { level, reason: levelReason } = levelOf(tiers, { partial, uncovered: done.gaps })
  const teardown = tiers.find((tier) => tier.name === 'teardown')
  return {
    schema: 1,
    id: context.app.run,
    recipe: head.recipe.name,
    source: context.source.where,
    commit: head.commit,
    dirty: context.dirty,
    base: base ? { version: base.release?.version.text ?? base.commit, commit: base.commit } : null,
    head: { version: head.release?.version.text ?? null, commit: head.commit },
    engine: context.request.engine,
    lane: 'cold',
    domain: context.app.domain,
    partial,
    verdict,
    blame,
    level,
    levelReason,
    summary: summaryOf(context, done, tiers, blame),
    tiers,
    deploys: {
      // One of the app, and one of each recipe that it needs.
      expected: done.outcomes.some((outcome) => outcome.record.name === 'install' && outcome.record.steps.length > 0) ? 1 + context.needs.length : 0,
      seen: context.needs.reduce((sum, need) => sum + need.context.deploys, context.deploys),
    },
    ...(context.needs.length > 0 && { needs: context.needs.map(({ name, context: { head, app } }) => ({ recipe: name, version: head.release?.version.text ?? head.commit, domain: app.domain })) }),
    upgrade: done.upgrade,
    data: { probed: done.probed, unprobed: done.markers.unprobed },
    backup: done.taken ? { how: done.taken.how, bytes: done.taken.artefact.bytes, files: done.taken.files, notCovered: done.gaps } : done.gaps.length > 0 ? { how: 'none was made', bytes: 0, files: 0, notCovered: done.gaps } : null,
    teardown: { verdict: teardown?.verdict ?? 'not-applicable', leftovers: done.leftovers },
    lint: head.recipe.problems,
    images: [...context.images.values()].map((image) => ({ name: image.name, digest: image.digest, pullMs: Math.round(image.ms), fetched: image.fetched })),
    peak: done.peak,
    ...(done.addresses && { addresses: done.addresses }),
    settingsFrom: head.recipe.configFrom,
    evidence: context.evidence,
    reproduce: context.request.reproduce,
    startedAt: done.startedAt,
    endedAt: done.endedAt,
  }
}

/** What broke, why, whose it is and what to do: from the tier that decided the verdict. */
function summaryOf(context: RunContext, done: Done, tiers: TierRecord[], blame: RunResults['blame']): RunResults['summary'] {
  const decisive = decisiveOutcome(done.outcomes, verdictOf(tiers, { asked: tiersToRun(context.request.tiers) }))
  if (!decisive?.reason) {
    return { what: 'Everything that was asked for passed.', why: '', whose: '', next: '' }
  }
  const said = sayReason(decisive.reason)
  const unfinished = tiers.some((tier) => tier.name === 'teardown' && tier.verdict === 'infra')
  const next = done.failedAt === 'base' && decisive.record.name === 'install' && done.versions.base ? `${said.next} To test the change alone, run it with --base none.` : said.next
  return { what: said.what, why: said.why, whose: whoseWords(done, decisive, blame), next: context.record.redact(unfinished ? `Something of it is left; cc-ci runs clean ${context.app.run} removes that. ${next}` : next) }
}

function decisiveOutcome(outcomes: readonly TierOutcome[], verdict: RunResults['verdict']): TierOutcome | undefined {
  return outcomes.find((outcome) => outcome.record.name !== 'lint' && outcome.record.verdict === verdict) ?? (verdict === 'pass' ? undefined : outcomes.find((outcome) => outcome.record.verdict === verdict))
}

/** Whose it is, saying no more than was seen: a version that was not run cannot be said to work, or to fail in the same way. */
function whoseWords(done: Done, decisive: TierOutcome, blame: RunResults['blame']): string {
  const base = done.versions.base?.release?.version.text ?? null
  if (decisive.reason?.reason === 'interrupted') return 'Nobody: the run was ended from outside.'
  if (decisive.reason?.reason === 'recipe-invalid') return 'The files of this commit: nothing was run.'
  if (done.failedAt === 'base' && decisive.record.name === 'install' && base !== null) return `Not this change: ${base}, the published version to upgrade from, does not come up here. The change itself was not run.`
  if (decisive.reason?.reason === 'data-unseen') return 'The recipe, as far as is known: nobody could look into that data before the upgrade.'
  return whose(blame, base, { noBase: done.versions.noBase, control: done.control })
}

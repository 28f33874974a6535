import type { BaseWish } from '../../domain/plan/base.ts'
import { TIERS, type TierName } from '../../domain/model/run.ts'
import { textOf } from '../../domain/model/recipe.ts'
import { type Call, type Command, InfraError, UsageError } from '../command.ts'
import { quoted } from '../command-line.ts'
import { chooseEngine } from './choose-engine.ts'
import { copiesAsked, ENDING_RUN, execute } from './execute.ts'

export const run: Command = {
  name: 'run',
  summary: 'deploy a recipe at a commit, take it through all tiers, tear it down',
  usage: 'RECIPE [--ref REF] [--base VERSION] [--engine local|swarm] [--tier NAME]…',
  options: {
    ref: { type: 'string', value: 'REF', says: 'commit, tag or branch to test; default: the head' },
    base: { type: 'string', value: 'VERSION', says: 'published version to upgrade from; "none": install the head alone' },
    engine: { type: 'string', value: 'local|swarm', says: 'where to run; default: what the recipe can run on here' },
    tier: { type: 'list', value: 'NAME', says: `only these (${TIERS.join(', ')}) and what they need; such a run has no level` },
    keep: { type: 'boolean', says: 'leave the app to look at, until runs clean is told its name; on local it is up until Ctrl-C' },
    out: { type: 'string', value: 'DIR', says: 'also put results, report and evidence there' },
    junit: { type: 'string', value: 'FILE', says: 'also write JUnit XML there' },
  },
  words: { least: 1, most: 1 },
  interrupted: (flag) => (flag('keep') ? 'ending. Nothing is torn down, as it was started with --keep.' : ENDING_RUN.interrupted),
  abandoned: (flag) => (flag('keep') ? 'Ending already. What was made stays, and is on record.' : ENDING_RUN.abandoned),
  examples: ['cc-ci run https://git.example.org/recipes/notes --ref 4f2a91c', 'cc-ci run ./my-recipe --engine swarm', 'cc-ci run ./my-recipe --tier backup --tier restore'],
  async run(call) {
    const recipe = call.words[0]!
    const tiers = call.list('tier').map(asTier)
    const copies = copiesAsked(call)
    const source = await call.services.sources.open(recipe, call.services.signals.cancel)
    const { commit, dirty } = await source.resolve(call.text('ref'))
    const tree = await source.tree(commit)
    const chosen = await chooseEngine(call, { runsOnLocal: textOf(tree, 'compose.local.yml') !== undefined })
    if ('unavailable' in chosen) throw new InfraError(chosen.unavailable)
    const wish = call.text('base')
    const base: BaseWish = wish === undefined ? { is: 'any' } : wish === 'none' ? { is: 'none' } : { is: 'version', text: wish }
    const ref = call.text('ref')
    return execute(
      call,
      chosen.engine,
      { recipe, ...(ref === undefined ? {} : { ref }), base, tiers, engine: chosen.engine.kind, keep: call.flag('keep'), reproduce: reproduceLine(call, source.where, dirty ? undefined : commit, chosen.engine.kind) },
      copies,
    )
  },
}

function asTier(text: string): TierName {
  const found = TIERS.find((tier) => tier === text)
  if (!found) throw new UsageError(`--tier takes ${TIERS.join(', ')}, not "${text}".`)
  return found
}

/** Pinned to the commit and with the whole path of a folder, so that it does the same tomorrow and from elsewhere; changes that no commit holds can only be run as they lie there. */
function reproduceLine(call: Call, recipe: string, commit: string | undefined, engine: string): string {
  const base = call.text('base')
  return call.services.commandLine([
    'run', quoted(recipe),
    ...(commit === undefined ? [] : ['--ref', commit]),
    ...(base === undefined ? [] : ['--base', quoted(base)]),
    '--engine', engine,
    ...call.list('tier').flatMap((tier) => ['--tier', tier]),
  ].join(' '))
}

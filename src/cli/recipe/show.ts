import { appOf } from '../../domain/plan/run-name.ts'
import { hasErrors } from '../../domain/model/problem.ts'
import { describeRun } from '../../domain/report/describe-run.ts'
import { countProblems } from '../../domain/report/problems.ts'
import { chooseVersions } from '../../workflows/run/candidates.ts'
import { type Command, EXIT } from '../command.ts'
import { quoted } from '../command-line.ts'
import { readForShow } from './read.ts'

export const recipeShow: Command = {
  name: 'recipe show',
  summary: 'what a run of a recipe would do',
  usage: 'RECIPE [--ref REF]',
  options: {
    ref: { type: 'string', value: 'REF', says: 'commit, tag or branch; default: the head' },
    engine: { type: 'string', value: 'local|swarm', says: 'read it as that engine would' },
  },
  words: { least: 1, most: 1 },
  examples: ['cc-ci recipe show ./my-recipe'],
  async run(call) {
    const { recipe, source, commit } = await readForShow(call)
    const engine = recipe.composeFiles.includes('compose.local.yml') ? 'local' : 'swarm'
    const app = appOf('plan-000000', call.services.settings.domain ?? 'ci.example.org')
    const versions = await chooseVersions({ source, commit, app, engine, wish: { is: 'any' }, rules: call.services.rules, folder: '' })
    if ('unknownVersion' in versions) return EXIT.usage
    const plan = describeRun({ head: versions.head, base: versions.base, noBase: versions.noBase, engine })
    call.io.out(call.json ? JSON.stringify(plan, null, 2) : plan.lines.join('\n'))
    if (!hasErrors(recipe.problems)) return EXIT.pass
    call.io.err(`Such a run would be refused: ${countProblems(recipe.problems)}. They are listed by: ${call.services.commandLine(`recipe check ${quoted(call.words[0]!)}`)}`)
    return EXIT.usage
  },
}

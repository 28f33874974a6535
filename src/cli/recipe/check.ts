import { hasErrors, inReadingOrder } from '../../domain/model/problem.ts'
import { sayNearVersions } from '../../domain/recipe/near-versions.ts'
import { distinct } from '../../domain/recipe/read.ts'
import { renderProblems } from '../../domain/report/problems.ts'
import { type Command, EXIT } from '../command.ts'
import { readForShow } from './read.ts'

export const recipeCheck: Command = {
  name: 'recipe check',
  summary: 'every mistake in a recipe, with file, line, column and mend',
  usage: 'RECIPE [--ref REF]',
  options: {
    ref: { type: 'string', value: 'REF', says: 'commit, tag or branch; default: the head' },
    engine: { type: 'string', value: 'local|swarm', says: 'read it as that engine would' },
  },
  words: { least: 1, most: 1 },
  examples: ['cc-ci recipe check ./my-recipe', 'cc-ci recipe check https://git.example.org/recipes/notes --json'],
  async run(call) {
    const { recipe, commit, dirty, ignored, otherwise } = await readForShow(call)
    const problems = otherwise ? inReadingOrder(distinct([...recipe.problems, ...otherwise.problems])) : recipe.problems
    if (call.json) call.io.out(JSON.stringify({ recipe: recipe.name, commit, dirty, problems }, null, 2))
    else call.io.out(renderProblems(problems))
    const passedOver = sayNearVersions(ignored)
    if (passedOver !== '') call.io.err(`note: ${passedOver}.`)
    return hasErrors(problems) ? EXIT.usage : EXIT.pass
  },
}

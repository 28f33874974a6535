import { type Command, InfraError } from '../command.ts'
import { copiesAsked, ENDING_RUN, execute } from './execute.ts'

export const tryIt: Command = {
  name: 'try',
  summary: 'run the example recipe through all tiers, with nothing set up',
  usage: '',
  options: {
    out: { type: 'string', value: 'DIR', says: 'also put results, report and evidence there' },
    junit: { type: 'string', value: 'FILE', says: 'also write JUnit XML there' },
  },
  words: { least: 0, most: 0 },
  examples: ['cc-ci try'],
  ...ENDING_RUN,
  async run(call) {
    const copies = copiesAsked(call)
    const engine = await call.services.engine('local')
    if ('unavailable' in engine) throw new InfraError(engine.unavailable)
    const recipe = call.services.exampleRecipe
    return execute(
      call,
      engine,
      { recipe, base: { is: 'any' }, tiers: [], engine: 'local', keep: false, reproduce: call.services.commandLine('try') },
      copies,
    )
  },
}

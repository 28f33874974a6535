import type { Place, Problem } from '../model/problem.ts'
import { Problems } from './compose/problems.ts'
import type { ConfigReading } from './config/read.ts'
import { type EnvSample, readEnvSample } from './env-sample.ts'
import { expandVariables, LONGEST_VALUE } from './expand-variables.ts'

export interface EvaluatedEnv {
  env: Record<string, string>
  /** Undefined: the recipe has no `.env.sample`. */
  sample: EnvSample | undefined
  /** Of what cc-ci.yml changes; those of the sample stand with it. */
  problems: Problem[]
  /** Who said COMPOSE_FILE; where nobody did, the beginning of compose.yml. */
  composeFilePlace: Place
}

/**
 * The app's environment as abra makes it: `.env.sample` from top to bottom, then `abra.sh` over it, then what cc-ci.yml changes, then what is
 * ours. What cc-ci.yml and we set counts from the first line on, as if an operator had edited the file.
 */
export function evaluateEnv({ sample, exports, config, ours }: { sample: { file: string; text: string } | undefined; exports: Readonly<Record<string, string>>; config: ConfigReading; ours: Readonly<Record<string, string>> }): EvaluatedEnv {
  const plain = sample && readEnvSample({ ...sample, given: ours })
  const changed = new Map<string, string>()
  const problems = new Problems()
  const before: Record<string, string> = { ...plain?.values, ...exports, ...ours }
  for (const [name, text] of Object.entries(config.config.env)) {
    if (Object.hasOwn(ours, name)) continue
    const { text: value, tooLong } = expandVariables(text, (each) => changed.get(each) ?? (Object.hasOwn(before, each) ? before[each] : undefined), { escapes: false })
    changed.set(name, value)
    if (tooLong) problems.error('config/too-large', config.placeOf(['env', name]), `The value of \`${name}\` has more than ${LONGEST_VALUE} characters: no program can be given it.`, 'Put a large text into a file of the recipe.')
  }
  const given = { ...Object.fromEntries(changed), ...ours }
  const read = sample && readEnvSample({ ...sample, given })
  const composeFilePlace = changed.has('COMPOSE_FILE')
    ? config.placeOf(['env', 'COMPOSE_FILE'])
    : (read?.assignments.findLast((assignment) => assignment.name === 'COMPOSE_FILE')?.place ?? { file: 'compose.yml', line: 1, column: 1 })
  return { env: { ...read?.values, ...exports, ...given }, sample: read, problems: problems.list, composeFilePlace }
}

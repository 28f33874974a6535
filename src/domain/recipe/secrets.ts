import type { Place, Problem } from '../model/problem.ts'
import type { SecretNeed } from '../model/read-recipe.ts'
import type { Stack } from '../model/stack.ts'
import { Problems } from './compose/problems.ts'
import type { EnvSample } from './env-sample.ts'

export interface SecretInput {
  stack: Stack
  placeOf(path: Array<string | number>): Place
  /** Text of a compose file, to see how a name was written before its variables were replaced. */
  textOf(file: string): string | undefined
  sample: EnvSample | undefined
  stackName: string | undefined
}

/**
 * The secrets that must exist before the stack is deployed: the external ones of the files that are active. Which variable holds a secret's
 * version cannot be told from the secret's name: it is read from its `name:`.
 */
export function readSecrets({ stack, placeOf, textOf, sample, stackName }: SecretInput): { secrets: SecretNeed[]; problems: Problem[] } {
  const problems = new Problems()
  const secrets: SecretNeed[] = []
  const assigned = new Map(sample?.assignments.map((assignment) => [assignment.name, assignment.modifiers]))
  const lines = new Map<string, string[]>()
  const lineAt = ({ file, line }: Place): string => {
    if (!lines.has(file)) lines.set(file, textOf(file)?.split('\n') ?? [])
    return lines.get(file)![line - 1] ?? ''
  }
  for (const [key, object] of Object.entries(stack.secrets)) {
    if (!object.external) continue
    const place = placeOf(['secrets', key, 'name'])
    const name = object.name ?? key
    const written = object.name === undefined ? '' : lineAt(place).slice(place.column - 1)
    const variable = versionVariable(written)
    // A feature that was switched on in cc-ci.yml may still be commented out in the sample: what its comment says counts.
    const modifiers = assigned.get(variable ?? '') ?? sample?.mentioned.get(variable ?? '')
    if (variable === undefined && stackName !== undefined && name.startsWith(stackName)) {
      problems.warning('secrets/no-version', place, `The name of the secret \`${key}\` carries no version: it can never be changed.`, `Write \`name: \${STACK_NAME}_${key}_\${SECRET_${key.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_VERSION}\`.`)
    }
    secrets.push({ key, name, generate: modifiers?.generate ?? true, ...(modifiers?.length === undefined ? {} : { length: modifiers.length }), ...(modifiers?.charset === undefined ? {} : { charset: modifiers.charset }), place })
  }
  return { secrets, problems: problems.list }
}

/** The last variable of the expression that is not the stack's name. */
export function versionVariable(expression: string): string | undefined {
  const names = [...expression.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g)].map((match) => match[1]!)
  return names.findLast((name) => name !== 'STACK_NAME' && name !== 'DOMAIN')
}

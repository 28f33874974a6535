/** A variable as it is used in a text of a compose file. */
export interface VariableUse {
  name: string
  hasDefault: boolean
  /** Docker reads this differently from what it looks like; one sentence. */
  surprise?: string
}

export interface Substitution {
  text: string
  uses: VariableUse[]
  /** Docker refuses the text. */
  error?: { message: string; mend: string }
  /** Docker should refuse the text, but a later variable in the same text makes it forget the error. */
  forgotten?: { message: string; mend: string }
  /** The text would be longer than was allowed; it is empty. */
  tooLong?: true
}

const NAME = '[_a-z][_a-z0-9]*'
const REFERENCE = `${NAME}(?::?[-?][^}]*)?`
const PATTERN = new RegExp(`\\$(?:(\\$)|(${REFERENCE})|\\{(${REFERENCE})\\}|())`, 'gi')
const NAME_ALONE = new RegExp(`^${NAME}$`, 'i')

/**
 * Replaces `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR-default}`, `${VAR:?message}`, `${VAR?message}` and `$$`, exactly as Docker's client does for
 * compose 3 (docker/cli, cli/compose/template): an unset variable is empty, a default is plain text that ends at the first `}`, and the
 * operators are looked for in the order `:-`, `-`, `:?`, `?` anywhere in the braces, so that a dash in an error message is a default.
 */
export function substitute(template: string, env: Readonly<Record<string, string>>, most = Number.POSITIVE_INFINITY): Substitution {
  if (!template.includes('$')) return { text: template, uses: [] }
  let room = most
  const fitting = (value: string): string => {
    room -= value.length
    return room < 0 ? '' : value
  }
  const uses: VariableUse[] = []
  let error: Substitution['error']
  let forgotten: Substitution['forgotten']
  const fail = (failure: NonNullable<Substitution['error']>): string => {
    error = failure
    return ''
  }
  const text = template.replace(PATTERN, (_all, escaped: string | undefined, named: string | undefined, braced: string | undefined) => {
    if (escaped) return '$'
    const reference = named || braced
    if (!reference) {
      return fail({ message: `Docker cannot read the \`$\` in \`${shortened(template)}\`.`, mend: 'Write `$$` for a dollar sign, or a name in braces: `${NAME}`.' })
    }
    if (error) forgotten ??= error
    error = undefined
    const { name, operator, rest } = taken(reference)
    uses.push({ name, hasDefault: operator === ':-' || operator === '-', ...surpriseOf(name, operator, rest, named !== undefined) })
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (operator === ':-') return fitting(value ? value : rest)
    if (operator === '-') return fitting(value ?? rest)
    if ((operator === ':?' && !value) || (operator === '?' && value === undefined)) {
      return fail({ message: `The variable ${name} must be set${rest ? `: ${shortened(rest)}` : ''}.`, mend: `Set ${name} in .env.sample or abra.sh.` })
    }
    return fitting(value ?? '')
  })
  return room < 0 ? { text: '', uses, error, forgotten, tooLong: true } : { text, uses, error, forgotten }
}

function taken(reference: string): { name: string; operator: ':-' | '-' | ':?' | '?' | undefined; rest: string } {
  for (const operator of [':-', '-', ':?', '?'] as const) {
    const at = reference.indexOf(operator)
    if (at >= 0) return { name: reference.slice(0, at), operator, rest: reference.slice(at + operator.length) }
  }
  return { name: reference, operator: undefined, rest: '' }
}

function surpriseOf(name: string, operator: string | undefined, rest: string, bare: boolean): { surprise?: string } {
  if (!NAME_ALONE.test(name)) return { surprise: `Docker takes \`${shortened(name)}\` for the variable's name and \`${shortened(rest)}\` for its default, because of the dash` }
  if (bare && operator) return { surprise: `without braces Docker takes everything after \`$${name}${operator}\` for the variable's default or message` }
  if (rest.includes('${')) return { surprise: `Docker expands nothing inside a default; it ends at the first \`}\`` }
  return {}
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`
}

import { nearest } from '../../lib/nearest.ts'

/** What the comment after a secret's version says about making its value. */
export interface SecretModifiers {
  /** False: it must be inserted by hand. */
  generate: boolean
  /** Characters of a password; absent: a passphrase. */
  length?: number
  charset?: string
}

const KNOWN = ['length', 'charset', 'generate', 'prefix']

/** Longer than any program takes, and short enough for one secret (Docker: 500 kB). */
const LONGEST_SECRET = 4096

/**
 * Reads `length=32 charset=hex`, `generate=false`. Only the comment of a variable that looks like a secret's version is judged; any
 * other comment is prose.
 */
export function readSecretModifiers(name: string, comment: string | undefined): { modifiers: SecretModifiers; mistakes: Array<{ message: string; mend: string }> } {
  const modifiers: SecretModifiers = { generate: true }
  const mistakes: Array<{ message: string; mend: string }> = []
  if (comment === undefined) return { modifiers, mistakes }
  const words = comment.split(/[\s;]+/).filter((word) => word !== '')
  const judged = /SECRET|_VERSION$/.test(name)
  for (const word of words) {
    const [, key, value] = /^([A-Za-z][A-Za-z-]*)=(\S*)$/.exec(word) ?? []
    if (key === undefined || value === undefined) continue
    const problem = take(modifiers, key, value)
    if (problem && judged) mistakes.push(problem)
  }
  return { modifiers, mistakes }
}

function take(modifiers: SecretModifiers, key: string, value: string): { message: string; mend: string } | undefined {
  switch (key) {
    case 'length': {
      const length = /^\d{1,6}$/.test(value) ? Number(value) : 0
      if (length < 1 || length > LONGEST_SECRET) return { message: `\`length=${value}\` is no length of a password.`, mend: `Write a number from 1 to ${LONGEST_SECRET}.` }
      modifiers.length = length
      return undefined
    }
    case 'charset':
      if (!/^[A-Za-z][A-Za-z0-9,_-]*$/.test(value)) return { message: `\`charset=${value}\` names no set of characters.`, mend: 'Write for instance `charset=hex`.' }
      modifiers.charset = value
      return undefined
    case 'generate':
      if (value !== 'true' && value !== 'false') return { message: `\`generate=${value}\` is neither \`true\` nor \`false\`.`, mend: 'Write `generate=false`.' }
      modifiers.generate = value === 'true'
      return undefined
    case 'prefix':
      return undefined
    default: {
      const close = nearest(key, KNOWN)
      return { message: `The secret modifier \`${key}\` is not known.`, mend: close ? `Write \`${close}=${value}\`?` : `Known are ${KNOWN.slice(0, 3).join(', ')}.` }
    }
  }
}

import type { SecretNeed } from '../model/read-recipe.ts'

const CHARSETS: Record<string, string> = {
  hex: '0123456789abcdef',
  alnum: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  default: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
}
const WORD_LETTERS = { consonants: 'bdfghjklmnprstvz', vowels: 'aeiou' }
const WORDS = 5

/**
 * A value for a secret that may be generated: a password of `length` characters, otherwise a passphrase, as abra does it.
 * `random(n)` gives n unpredictable bytes. Five pronounceable words of three syllables: about 94 bits.
 */
export function generateSecret(need: Pick<SecretNeed, 'length' | 'charset'>, random: (count: number) => Uint8Array): string {
  if (need.length !== undefined) {
    const alphabet = CHARSETS[need.charset ?? 'default'] ?? CHARSETS.default!
    return pick(alphabet, need.length, random)
  }
  return Array.from({ length: WORDS }, () => word(random)).join('-')
}

function word(random: (count: number) => Uint8Array): string {
  return Array.from({ length: 3 }, () => pick(WORD_LETTERS.consonants, 1, random) + pick(WORD_LETTERS.vowels, 1, random)).join('')
}

/** Evenly distributed: bytes that would favour the alphabet's beginning are thrown away. */
function pick(alphabet: string, count: number, random: (count: number) => Uint8Array): string {
  const limit = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < count) {
    for (const byte of random(count - text.length)) if (byte < limit) text += alphabet[byte % alphabet.length]
  }
  return text
}

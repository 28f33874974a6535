/**
 * Splits a command line the way Docker's client does (google/shlex): quotes, backslashes and `#` comments are understood, nothing is
 * expanded. Returns the reason as text where a quote is never closed.
 */
export function shellWords(line: string): string[] | { broken: string } {
  const words: string[] = []
  let word: string | undefined
  let quote: '"' | "'" | undefined
  let comment = false
  const characters = [...line]
  for (let i = 0; i < characters.length; i += 1) {
    const character = characters[i]!
    if (comment) {
      if (character === '\n') comment = false
    } else if (quote) {
      if (character === quote) quote = undefined
      else if (quote === '"' && character === '\\') {
        i += 1
        if (i >= characters.length) return { broken: 'it ends in a backslash' }
        word += characters[i]!
      } else word += character
    } else if (character === '\\') {
      i += 1
      if (i >= characters.length) return { broken: 'it ends in a backslash' }
      word = (word ?? '') + characters[i]!
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (character === '#' && word === undefined) {
      comment = true
    } else if (character === ' ' || character === '\t' || character === '\r' || character === '\n') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + character
  }
  if (quote) return { broken: `the quote ${quote} is never closed` }
  if (word !== undefined) words.push(word)
  return words
}

const WIDTH = 80
const INDENT = ' '.repeat(14)

/** A name and what there is to say, wrapped so that it fits a terminal. */
export function row(name: string, text: string): string[] {
  const lines: string[] = []
  let line = `  ${name}`.padEnd(INDENT.length)
  for (const word of text.replace(/\s+/g, ' ').split(' ')) {
    const [first = '', ...rest] = pieces(word)
    if (line.trimEnd().length + 1 + first.length > WIDTH && line.trim() !== '' && line.trim() !== name) {
      lines.push(line.trimEnd())
      line = INDENT
    }
    line += `${first} `
    for (const piece of rest) {
      lines.push(line.trimEnd())
      line = `${INDENT}${piece} `
    }
  }
  return [...lines, line.trimEnd()]
}

/** A word that is longer than a line, as a path may be: each piece gets a line of its own, and ends with a slash where there is one. */
function pieces(word: string): string[] {
  const room = WIDTH - INDENT.length
  if (word.length <= room) return [word]
  const slash = word.lastIndexOf('/', room - 1)
  const cut = slash > 0 ? slash + 1 : room
  return [word.slice(0, cut), ...pieces(word.slice(cut))]
}

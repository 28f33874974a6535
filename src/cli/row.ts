const WIDTH = 80

/** A name and what there is to say, wrapped so that it fits a terminal. */
export function row(name: string, text: string): string[] {
  const indent = ' '.repeat(14)
  const lines: string[] = []
  let line = `  ${name}`.padEnd(indent.length)
  for (const word of text.replace(/\s+/g, ' ').split(' ')) {
    if (line.trimEnd().length + 1 + word.length > WIDTH && line.trim() !== '' && line.trim() !== name) {
      lines.push(line.trimEnd())
      line = indent
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()]
}

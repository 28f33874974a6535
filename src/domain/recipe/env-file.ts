import { readEnvLine } from './env-line.ts'

/**
 * Sets names in the text of an env file and leaves everything else as it stands: comments, order, line ends.
 * A name that is set there gets its new value on its first line, with the comment behind it; further lines that set it go, because
 * they would win. A new name comes on a line of its own at the end, also where the last line has no newline (trap 35).
 */
export function setInEnvText(text: string, values: Readonly<Record<string, string>>): string {
  const end = /\r\n/.test(text) ? '\r\n' : '\n'
  const waiting = new Map(Object.entries(values))
  const done = new Set<string>()
  const kept: string[] = []
  for (const piece of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const content = piece.replace(/\r?\n$/, '')
    const line = readEnvLine(content.replace(/^\uFEFF/, ''))
    if (line.is === 'assignment' && done.has(line.name)) continue
    if (line.is === 'assignment' && waiting.has(line.name)) {
      const shift = content.startsWith('\uFEFF') ? 1 : 0
      const comment = line.comment === undefined ? '' : `  # ${line.comment}`
      kept.push(`${content.slice(0, line.start + shift)}${envValue(waiting.get(line.name)!)}${comment}${piece.slice(content.length)}`)
      waiting.delete(line.name)
      done.add(line.name)
      continue
    }
    kept.push(piece)
  }
  const before = kept.join('')
  const glue = before === '' || before.endsWith('\n') || waiting.size === 0 ? '' : end
  return `${before}${glue}${[...waiting].map(([name, value]) => `${name}=${envValue(value)}${end}`).join('')}`
}

/** A value, quoted as little as reading it back unchanged asks for. */
export function envValue(value: string): string {
  if (/^[A-Za-z0-9_./:@,+=%-]*$/.test(value)) return value
  if (!/['\r\n]/.test(value)) return `'${value}'`
  return `"${value.replace(/[\\"$]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`
}

import { StringDecoder } from 'node:string_decoder'

/** A line longer than this comes in pieces, so that a program without line ends cannot fill our memory. */
const LONGEST_LINE = 64 * 1024

/** Cuts a stream into lines as it comes; `end` hands over a last line that has no line end. */
export function lineCutter(onLine: (line: string) => void): { add(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8')
  let open = ''

  function take(text: string): void {
    const parts = (open + text).split('\n')
    open = parts.pop()!
    for (const line of parts) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    while (open.length > LONGEST_LINE) {
      onLine(open.slice(0, LONGEST_LINE))
      open = open.slice(LONGEST_LINE)
    }
  }

  return {
    add: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end())
      if (open !== '') onLine(open)
      open = ''
    },
  }
}

import type { Readable } from 'node:stream'

/** The lines of a body as they come; empty ones are left out. Ending the loop early destroys the body. */
export async function* bodyLines(body: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let open = ''
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const parts = (open + decoder.decode(chunk, { stream: true })).split('\n')
    open = parts.pop()!
    for (const part of parts) {
      const line = part.trim()
      if (line !== '') yield line
    }
  }
  if (open.trim() !== '') yield open.trim()
}

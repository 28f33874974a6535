/**
 * One stream of a child, kept within a limit: the head says what it set out to do, the tail how it ended.
 * What fell out between them is said in its place, so that nobody takes the rest for the whole.
 */
export interface KeptOutput {
  add(chunk: Buffer): void
  text(): string
}

export function keptOutput(limitBytes: number): KeptOutput {
  const headLimit = Math.ceil(limitBytes / 2)
  const tailLimit = limitBytes - headLimit
  const head: Buffer[] = []
  const tail: Buffer[] = []
  let headBytes = 0
  let tailBytes = 0
  let dropped = 0

  function add(chunk: Buffer): void {
    const intoHead = chunk.subarray(0, headLimit - headBytes)
    if (intoHead.length > 0) head.push(intoHead)
    headBytes += intoHead.length
    const rest = chunk.subarray(intoHead.length)
    if (rest.length === 0) return
    tail.push(rest)
    tailBytes += rest.length
    while (tailBytes > tailLimit) {
      const oldest = tail[0]!
      const over = Math.min(oldest.length, tailBytes - tailLimit)
      if (over === oldest.length) tail.shift()
      else tail[0] = oldest.subarray(over)
      tailBytes -= over
      dropped += over
    }
  }

  /** A character that the cut went through is lost with the middle, not shown as a replacement character. */
  function text(): string {
    if (dropped === 0) return Buffer.concat([...head, ...tail]).toString('utf8')
    const before = withoutTornEnd(Buffer.concat(head)).toString('utf8')
    const after = withoutTornStart(Buffer.concat(tail)).toString('utf8')
    return `${before}\n… ${dropped} bytes left out …\n${after}`
  }

  return { add, text }
}

const isContinuation = (byte: number) => (byte & 0b1100_0000) === 0b1000_0000

function withoutTornStart(bytes: Buffer): Buffer {
  let from = 0
  while (from < 3 && from < bytes.length && isContinuation(bytes[from]!)) from++
  return bytes.subarray(from)
}

function withoutTornEnd(bytes: Buffer): Buffer {
  let lead = bytes.length - 1
  while (lead > bytes.length - 4 && lead >= 0 && isContinuation(bytes[lead]!)) lead--
  const first = bytes[lead] ?? 0
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1
  return lead + length > bytes.length ? bytes.subarray(0, lead) : bytes
}

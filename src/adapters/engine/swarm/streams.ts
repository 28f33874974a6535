import type { Readable } from 'node:stream'
import { lineCutter } from '../../../lib/line-cutter.ts'

/** So much of each stream is kept; a program that writes more is cut at the end, and it is said. */
const KEEP_BYTES = 32 * 1024 * 1024

export type StreamName = 'stdout' | 'stderr'

/**
 * Docker puts both streams of a program without a terminal into one: 8 bytes of head (the stream's number, three zeros, the length,
 * big-endian), then so many bytes. A head may be cut anywhere.
 */
export function demultiplexer(take: (name: StreamName, bytes: Buffer) => void): (chunk: Buffer) => void {
  let head = Buffer.alloc(0)
  let name: StreamName = 'stdout'
  let left = 0
  return (chunk) => {
    let at = 0
    while (at < chunk.length) {
      if (left === 0) {
        const more = chunk.subarray(at, at + 8 - head.length)
        head = Buffer.concat([head, more])
        at += more.length
        if (head.length < 8) return
        name = head[0] === 2 ? 'stderr' : 'stdout'
        left = head.readUInt32BE(4)
        head = Buffer.alloc(0)
        continue
      }
      const bytes = chunk.subarray(at, at + left)
      take(name, bytes)
      at += bytes.length
      left -= bytes.length
    }
  }
}

/** Both streams of one program, kept and handed on line by line. */
export interface Output {
  take(chunk: Buffer): void
  /** Hands on last lines without a line end. */
  end(): void
  stdout(): string
  stderr(): string
}

export function output({ terminal = false, onLine }: { terminal?: boolean; onLine?: (line: string, name: StreamName) => void } = {}): Output {
  const kept = { stdout: keeper(), stderr: keeper() }
  const lines = onLine && { stdout: lineCutter((line) => onLine(line, 'stdout')), stderr: lineCutter((line) => onLine(line, 'stderr')) }
  const take = (name: StreamName, bytes: Buffer) => {
    kept[name].add(bytes)
    lines?.[name].add(bytes)
  }
  const demultiplex = demultiplexer(take)
  return {
    take: terminal ? (chunk) => take('stdout', chunk) : demultiplex,
    end() {
      lines?.stdout.end()
      lines?.stderr.end()
    },
    stdout: () => kept.stdout.text(),
    stderr: () => kept.stderr.text(),
  }
}

function keeper(): { add(bytes: Buffer): void; text(): string } {
  const chunks: Buffer[] = []
  let kept = 0
  let dropped = 0
  return {
    add(bytes) {
      const fits = bytes.subarray(0, KEEP_BYTES - kept)
      if (fits.length > 0) chunks.push(Buffer.from(fits))
      kept += fits.length
      dropped += bytes.length - fits.length
    },
    text: () => Buffer.concat(chunks).toString('utf8') + (dropped === 0 ? '' : `\n… ${dropped} bytes left out`),
  }
}

/** Reads a stream into `into` until it ends, `signal` aborts or the other side goes away; each is an end. */
export function readToEnd(stream: Readable, into: Output, signal?: AbortSignal): Promise<'ended' | 'broken'> {
  return new Promise((resolve) => {
    const done = (how: 'ended' | 'broken') => {
      signal?.removeEventListener('abort', stop)
      into.end()
      resolve(how)
    }
    const stop = () => {
      stream.destroy()
      done('broken')
    }
    stream.on('data', (chunk: Buffer) => into.take(chunk))
    stream.once('end', () => done('ended'))
    stream.once('error', () => done('broken'))
    stream.once('close', () => done('broken'))
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
  })
}

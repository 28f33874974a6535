import { open, type FileHandle } from 'node:fs/promises'
import { FILE_MODE } from '../../../lib/whole-file.ts'

/**
 * A file of lines that only grows: one write per line, however long the file is (trap 51).
 *
 * INVARIANTS
 * - Lines stand in the order of the calls, each whole; lines that come while one is being written go to disk together.
 * - With `durable`, `append` returns once its line is on disk and would survive a power cut.
 * - A line that was torn by a death or a full disk is never continued: the next one begins on a line of its own (trap 35).
 */
export interface GrowOnlyFile {
  append(line: string): Promise<void>
  close(): Promise<void>
}

export async function openGrowOnly(path: string, { durable }: { durable: boolean }): Promise<GrowOnlyFile> {
  const file = await open(path, 'a+', FILE_MODE)
  let torn = !(await endsWithLineEnd(file))
  let waiting: Array<{ line: string; done: () => void; failed: (error: unknown) => void }> = []
  let writing: Promise<void> | undefined
  let closed = false

  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const text = `${torn ? '\n' : ''}${batch.map(({ line }) => `${line}\n`).join('')}`
        torn = true
        await file.appendFile(text)
        torn = false
        if (durable) await file.datasync()
        for (const { done } of batch) done()
      } catch (error) {
        for (const { failed } of batch) failed(error)
      }
    }
    writing = undefined
  }

  return {
    append(line) {
      return new Promise((done, failed) => {
        if (closed) return failed(new Error(`${path} is closed already`))
        waiting.push({ line, done, failed })
        writing ??= writeWaiting()
      })
    },
    async close() {
      if (closed) return
      closed = true
      await writing
      try {
        await file.sync()
      } finally {
        await file.close()
      }
    },
  }
}

async function endsWithLineEnd(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  if (size === 0) return true
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 })
  return buffer[0] === 0x0a
}

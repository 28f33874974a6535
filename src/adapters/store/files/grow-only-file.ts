import { open, type FileHandle } from 'node:fs/promises'
import { FILE_MODE } from '../../../lib/whole-file.ts'
import { PortError } from '../../../ports/port-error.ts'
import { storeError } from './errors.ts'

/**
 * A file of lines that only grows: one write per line, however long the file is (trap 51).
 *
 * INVARIANTS
 * - Lines stand in the order of the calls, each whole; lines that come while one is being written go to disk together.
 * - With `durable`, `append` returns once its line is on disk and would survive a power cut.
 * - A line whose `append` failed is not in the file: it is cut off again. Where that fails, too, nobody knows what stands there, and nothing
 *   more is written until the file is opened anew.
 * - A line that was torn by a death is never continued: the next one begins on a line of its own (trap 35).
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
  let inDoubt: PortError | undefined

  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      let before: number | undefined
      try {
        if (inDoubt) throw inDoubt
        const text = `${torn ? '\n' : ''}${batch.map(({ line }) => `${line}\n`).join('')}`
        before = (await file.stat()).size
        await file.appendFile(text)
        if (durable) await file.datasync()
        torn = false
        for (const { done } of batch) done()
      } catch (error) {
        if (before !== undefined) await cutBackTo(before)
        for (const { failed } of batch) failed(error)
      }
    }
    writing = undefined
  }

  async function cutBackTo(size: number): Promise<void> {
    try {
      await file.truncate(size)
    } catch (error) {
      inDoubt = new PortError('unexpected', `Writing into ${path}: a line before could neither be kept nor taken out again (${(error as Error).message}), so nothing more is written. Mend the disk, then start again: what stands there is read anew.`, { cause: error })
    }
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
      } catch (error) {
        throw storeError(error, `Keeping what was written into ${path}`)
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

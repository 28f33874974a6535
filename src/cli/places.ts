import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '../lib/make-folder.ts'
import { fileTrouble, folderTrouble } from '../lib/writable.ts'
import { type Call, InfraError, UsageError } from './command.ts'

/**
 * Where a person wants what a command makes: `--out DIR`, `--junit FILE`, `--page FILE`. Asked for before the work begins: a place that cannot be written
 * is bad usage, and costs no time. What fails later all the same (a disk that filled up) is an {@link InfraError} that names the place.
 */
export interface FilePlace {
  write(text: string): Promise<void>
}

export interface FolderPlace {
  path: string
  /** Makes the folder, then does `work` in it. */
  fill(work: (folder: string) => void | Promise<void>): Promise<void>
}

export function filePlace(call: Call, option: string): FilePlace | undefined {
  const path = place(call, option, fileTrouble)
  if (path === undefined) return undefined
  return {
    write: (text) => saying(`--${option} ${path}`, async () => {
      makeFolder(dirname(path))
      await writeFile(path, text)
    }),
  }
}

export function folderPlace(call: Call, option: string): FolderPlace | undefined {
  const path = place(call, option, folderTrouble)
  if (path === undefined) return undefined
  return {
    path,
    fill: (work) => saying(`--${option} ${path}`, async () => {
      makeFolder(path)
      await work(path)
    }),
  }
}

function place(call: Call, option: string, troubleAt: (path: string) => string | undefined): string | undefined {
  const path = call.text(option)
  const trouble = path === undefined ? undefined : troubleAt(path)
  if (trouble !== undefined) throw new UsageError(`--${option} ${path} cannot be written: ${trouble}. Name another place. Nothing was begun.`)
  return path
}

async function saying(place: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw new InfraError(`${place} could not be written: ${(error as Error).message}.`, { cause: error })
  }
}

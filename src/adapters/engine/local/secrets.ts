import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from '../../../domain/model/app.ts'
import { PortError } from '../../../ports/port-error.ts'
import { fromFiles, isAbsent } from './errors.ts'
import { placesOf, plainName } from './layout.ts'
import type { Parts } from './parts.ts'
import { claim } from './record.ts'

/** A secret is a file that only we can read. Its value never changes under one name (trap 66). */
export async function createSecret(parts: Parts, app: App, { name, value }: { name: string; value: string }): Promise<void> {
  await claim(parts, app)
  const { secrets } = placesOf(parts.folder, app.stack)
  if (!(await putOnce(secrets, plainName(name, 'secret'), Buffer.from(value), 0o600))) {
    throw new PortError('conflict', `creating secret ${name}: one of this name is there already, with another value; a secret never changes, so use a new name`)
  }
}

/** Writes a file whole; false where there is one with other content. */
export async function putOnce(folder: string, name: string, bytes: Uint8Array, mode: number): Promise<boolean> {
  const path = join(folder, name)
  try {
    const known = await readOrNothing(path)
    if (known) return known.equals(bytes)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // No name of a secret begins with a dot, so what a kill leaves here is nobody's secret.
    const unfinished = join(folder, `.${name}`)
    await writeFile(unfinished, bytes, { mode })
    await rename(unfinished, path)
    return true
  } catch (error) {
    throw fromFiles(`writing ${name}`, error)
  }
}

export async function readOrNothing(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

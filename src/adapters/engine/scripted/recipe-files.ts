import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stack } from '../../../domain/model/stack.ts'
import { PortError } from '../../../ports/port-error.ts'

/** What stands in the files that the stack's configs and secrets name, by that name, in base64. As with Docker, the client reads them. */
export async function readRecipeFiles(stack: Stack, folder: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {}
  for (const [key, { file }] of [...Object.entries(stack.configs), ...Object.entries(stack.secrets)]) {
    if (file === undefined) continue
    const bytes = await readFile(join(folder, file)).catch((error: Error) => {
      throw new PortError('refused', `${key} names the file ${file}: ${error.message}`, { cause: error, says: error.message })
    })
    contents[file] = bytes.toString('base64')
  }
  return contents
}

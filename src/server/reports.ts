import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { type Answer, answer } from './answer.ts'
import type { ServerContext } from './ports.ts'

/** A report is a few hundred kilobytes. */
const MOST_BYTES = 64 * 1024 * 1024

const FILES: Record<string, { name: string; type: string; styles?: string }> = {
  // It brings its own style sheet, and names it in a stricter policy of its own; that of an older report is another one.
  '': { name: 'report.html', type: 'text/html; charset=utf-8', styles: "'unsafe-inline'" },
  'results.json': { name: 'results.json', type: 'application/json; charset=utf-8' },
  'junit.xml': { name: 'junit.xml', type: 'application/xml; charset=utf-8' },
}

/**
 * A file of a run: its page, its results, JUnit, or evidence that its results name. Runs are those of the list, and what
 * is asked for is one of three names or one that the results name: no path is ever put together from what somebody asked. Everything in there was written without secrets.
 */
export async function reportFile({ records }: Pick<ServerContext, 'records'>, [id = '', ...rest]: readonly string[]): Promise<Answer | undefined> {
  const { folder, results } = await records.read(id)
  const asked = rest.join('/')
  const file = Object.hasOwn(FILES, asked) ? FILES[asked] : results?.evidence.some(({ path }) => path === asked) ? { name: asked, type: /\.png$/.test(asked) ? 'image/png' : 'text/plain; charset=utf-8', styles: undefined } : undefined
  const bytes = file && (await readPlainFile(join(folder, file.name)))
  return bytes && answer(200, file.type, bytes, file.styles === undefined ? {} : { styles: file.styles })
}

/** Undefined where it is no file of its own: a link is not followed. */
async function readPlainFile(path: string): Promise<Uint8Array | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    const found = await file.stat()
    return found.isFile() && found.size <= MOST_BYTES ? await file.readFile() : undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readingPage } from '../house/reading/page.ts'
import { configJsonSchema, configManual } from '../../src/domain/recipe/config/manual.ts'

/** Writes what is generated in docs/recipe anew: cc-ci.yml and its schema from their definition, what-is-read.md from the table of statements: `node test/support/write-manual.ts`. */
const folder = resolve(import.meta.dirname, '../../docs/recipe')
await writeFile(join(folder, 'what-is-read.md'), readingPage())
await writeFile(join(folder, 'cc-ci.yml'), configManual())
await writeFile(join(folder, 'cc-ci.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`)

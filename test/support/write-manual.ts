import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { configJsonSchema, configManual } from '../../src/domain/recipe/config/manual.ts'

/** Writes docs/recipe/cc-ci.yml and its schema anew from their definition: `node test/support/write-manual.ts`. */
const folder = resolve(import.meta.dirname, '../../docs/recipe')
await writeFile(join(folder, 'cc-ci.yml'), configManual())
await writeFile(join(folder, 'cc-ci.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`)

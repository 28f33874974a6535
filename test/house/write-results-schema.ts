import { writeFileSync } from 'node:fs'
import { resultsJsonSchema } from '../../src/domain/report/results-schema.ts'

/** Writes the published form of results.json anew, after its definition changed on purpose. */
writeFileSync(new URL('../../docs/results.schema.json', import.meta.url), `${JSON.stringify(resultsJsonSchema(), null, 2)}\n`)

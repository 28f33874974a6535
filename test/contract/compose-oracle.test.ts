import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { type ComposeCase, randomCase } from './compose-cases.ts'
import { compareWithDocker } from './compose-oracle.ts'

/**
 * Our reading against Docker's own: what `docker stack config` (version 28; it needs no engine) makes of the same files.
 * A failing seed can be run alone: COMPOSE_SEED=123 COMPOSE_CASES=1.
 */
const run = promisify(execFile)
const FIRST_SEED = Number(process.env.COMPOSE_SEED ?? 1)
const CASES = Number(process.env.COMPOSE_CASES ?? 80)
const FIXTURES = join(import.meta.dirname, 'compose-fixtures')

describe('compose files are read as Docker reads them', () => {
  let folder = ''

  before(async () => {
    const { stdout } = await run('docker', ['stack', 'config', '--help']).catch((error: Error) => {
      throw new Error(`this test needs the Docker client, version 25 or newer, on PATH: ${error.message}`)
    })
    assert.match(stdout, /interpolations/)
    folder = await mkdtemp(join(tmpdir(), 'compose-oracle-'))
  })
  after(async () => {
    if (folder) await rm(folder, { recursive: true })
  })

  test('fixtures', async (t) => {
    for (const name of (await readdir(FIXTURES)).sort()) {
      await t.test(name, async () => {
        const files: ComposeCase['files'] = []
        const extra: Record<string, string> = {}
        let env: Record<string, string> = {}
        for (const file of (await readdir(join(FIXTURES, name))).sort()) {
          const text = await readFile(join(FIXTURES, name, file), 'utf8')
          if (file === 'env.json') env = JSON.parse(text) as Record<string, string>
          else if (/^compose.*\.yml$/.test(file)) files.push({ path: file, text })
          else extra[file] = text
        }
        // compose.yml is the first of its files.
        files.sort((a, b) => Number(b.path === 'compose.yml') - Number(a.path === 'compose.yml'))
        assert.equal(await compareWithDocker({ files, extra, env }, folder), 'read')
      })
    }
  })

  test(`${CASES} random cases from seed ${FIRST_SEED} on`, async () => {
    let read = 0
    for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed += 1) {
      const given = randomCase(seed)
      try {
        if ((await compareWithDocker(given, folder)) === 'read') read += 1
      } catch (error) {
        const files = given.files.map((file) => `--- ${file.path}\n${file.text}`).join('\n')
        throw new Error(`seed ${seed}: ${(error as Error).message}\n${JSON.stringify(given.env)}\n${files}`, { cause: error })
      }
    }
    if (CASES >= 50) assert.ok(read >= CASES / 4, `only ${read} of ${CASES} cases were good ones`)
  })
})

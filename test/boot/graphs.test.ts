import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { renderBootReport } from '../../src/domain/report/boot/check.ts'
import { sayFindings } from '../../src/domain/report/boot/findings.ts'
import { analyse } from '../../src/domain/boot/analyse.ts'
import { fixesFor } from '../../src/domain/boot/fixes.ts'
import { addProbes, NOTHING } from '../../src/domain/boot/probes/read.ts'

/**
 * Each file is a boot that `cc-ci boot check FILE` takes, and says in its first lines what is expected of it: `expect:` the findings, all of them, or `sound`;
 * `fixes:` how many of them at least were tried and do it (0: none); `says:` and `says-not:` what stands in the report.
 */
const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'boot', 'graphs')
const files = readdirSync(folder).toSorted()

for (const file of files) {
  const text = readFileSync(join(folder, file), 'utf8')
  const head = text.split('\n').filter((line) => line.startsWith('# ')).map((line) => line.slice(2))
  const said = (key: string) => head.filter((line) => line.startsWith(`${key}: `)).map((line) => line.slice(key.length + 2))
  const that = /^T\d+:/.test(head[0]!) ? head[0]! : `T1: ${head[0]}`
  test(`${that} (${file})`, () => {
    const { graph, problems } = addProbes(NOTHING, { file, text })
    assert.deepEqual(problems, [])
    const analysis = analyse(graph)
    const findings = sayFindings(graph, analysis, fixesFor(graph, analysis))
    const found = findings.map(({ rule, unit }) => `${rule} of ${unit}`).toSorted().join(', ')
    const report = renderBootReport({ verdict: findings.length > 0 ? 'refused' : 'sound', from: file, units: graph.units.length, gates: 0, findings, problems })
    assert.equal(found === '' ? 'sound' : found, said('expect')[0], report)
    const fixes = findings.flatMap((finding) => finding.fixes).length
    for (const least of said('fixes').map(Number)) assert.ok(least === 0 ? fixes === 0 : fixes >= least, `${fixes} fixes: ${report}`)
    for (const words of said('says')) assert.ok(report.includes(words), `"${words}" is missing: ${report}`)
    for (const words of said('says-not')) assert.ok(!report.includes(words), `"${words}" is there: ${report}`)
  })
}

test('there are at least 40 boots, and they are numbered without a gap', () => {
  assert.ok(files.length >= 40)
  assert.deepEqual(files.map((file) => Number(file.slice(0, 2))), files.map((_, index) => index + 1))
})

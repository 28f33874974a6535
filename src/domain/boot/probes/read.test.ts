import assert from 'node:assert/strict'
import { test } from 'node:test'
import { analyse } from '../analyse.ts'
import type { BootUnit } from '../graph.ts'
import { addProbes, NOTHING, unitNamed } from './read.ts'

const MINUTE = 60_000
const place = { file: 'settings.yml', line: 3, column: 5 }
const known: BootUnit = { ...unitNamed('traefik', place), budget: { deploy: 5 * MINUTE, dwell: MINUTE, rollback: 5 * MINUTE, start: 15 * MINUTE, place } }
const withProbes = (text: string) => addProbes({ ...NOTHING, units: [known] }, { file: 'probes.yml', text })

test('T12: what probes say of a start changes that alone; the rest of what is known of it stays', () => {
  const cases: Array<[text: string, budget: Partial<NonNullable<BootUnit['budget']>>, finds: string[]]> = [
    ['units: { traefik: { took: 5s } }', {}, []],
    ['units: { traefik: { start_limit: 10m } }', { start: 10 * MINUTE, place: { file: 'probes.yml', line: 1, column: 34 } }, ['start-limit']],
    ['units: { traefik: { gate: { deploy: 9m } } }', { deploy: 9 * MINUTE }, []],
    ['units: { traefik: { gate: { dwell: 6m } } }', { dwell: 6 * MINUTE }, ['start-limit']],
    ['units: { traefik: { gate: { rollback: 10m } } }', { rollback: 10 * MINUTE }, ['start-limit']],
  ]
  for (const [text, budget, finds] of cases) {
    const { graph, problems } = withProbes(text)
    assert.deepEqual(problems, [])
    assert.deepEqual(graph.units[0]!.budget, { ...known.budget, ...budget }, text)
    assert.deepEqual(analyse(graph).findings.map((finding) => finding.finds), finds, text)
  }
})

test('T1: an address to listen at that nobody could find is refused, with its place', () => {
  const said = (listens: string) => addProbes(NOTHING, { file: 'probes.yml', text: `units:\n  a: { listens: ${listens} }\n` }).problems.map(({ rule, line, message }) => `${rule}:${line} ${message}`)
  for (const good of ["':8080'", '127.0.0.1:8080', "'[::]:8080'", 'auth_app:9091', "[':80', 'a.test:443']"]) assert.deepEqual(said(good), [], good)
  const wrong = 'is not right: an address such as 127.0.0.1:8080, or :8080 for all of them.'
  for (const bad of ["'8080'", 'http://127.0.0.1:8080', '127.0.0.1', 'a.test:80/x', "':99999'"]) assert.deepEqual(said(bad), [`probes/value:2 "units.a.listens.0" ${wrong}`], bad)
  assert.deepEqual(said("[':80', '8080']"), [`probes/value:2 "units.a.listens.1" ${wrong}`])
})

test('T1: a gate that asks nothing is none; one that says only how long it may take leaves what is asked as it is known', () => {
  for (const gate of ['[]', '{}', '{ url: [] }', '{ redirects: answer }']) assert.deepEqual(withProbes(`units: { traefik: { gate: ${gate} } }`).problems.map(({ rule }) => rule), ['probes/empty-gate'], gate)
  const asking = { place, asks: [{ kind: 'url' as const, url: 'https://a.test/', redirects: 'answer' as const, place }] }
  const { graph } = addProbes({ ...NOTHING, units: [{ ...known, gate: asking }] }, { file: 'probes.yml', text: 'units: { traefik: { gate: { dwell: 20s } } }' })
  assert.deepEqual(graph.units[0]!.gate, asking)
})

test('several files describe a boot together; units that came from elsewhere get no new ones beside them', () => {
  const first = { file: 'a.yml', text: 'units: { proxy: { after: [network] } }' }
  const second = { file: 'b.yml', text: 'units: { network: {}, proxy: { took: 5s } }' }
  const { graph, problems } = addProbes(NOTHING, first, second)
  assert.deepEqual(problems, [])
  assert.deepEqual(graph.units.map(({ name, order, tookMs }) => [name, order.length, tookMs]), [['proxy', 1, 5_000], ['network', 0, null]])
  assert.deepEqual(withProbes('units: { traefk: {} }').problems.map(({ rule, mend }) => `${rule} ${mend}`), ['probes/no-such-unit Write "traefik"?'])
})

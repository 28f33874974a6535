import assert from 'node:assert/strict'
import test from 'node:test'
import type { RunResults, TierRecord } from '../model/run.ts'
import { junitOf } from './junit.ts'
import { readResults } from './read-results.ts'

function results(more: Partial<RunResults>): RunResults {
  const base = readResults({}).results!
  return { ...base, id: 'note-1a2b3c', recipe: 'notes', commit: 'c0ffee', engine: 'local', startedAt: Date.UTC(2026, 4, 12), endedAt: Date.UTC(2026, 4, 12) + 61_500, reproduce: 'cc-ci run notes', ...more }
}

function tier(name: TierRecord['name'], more: Partial<TierRecord> = {}): TierRecord {
  return { name, verdict: 'pass', reason: '', ms: 0, steps: [], ...more }
}

test('a red run, whole', () => {
  const xml = junitOf(
    results({
      verdict: 'fail', blame: 'change', level: 1, base: { version: '1.0.0+1', commit: 'b' },
      summary: { what: 'Data is gone.', why: '', whose: '', next: '' },
      tiers: [
        tier('lint'),
        tier('install', { ms: 1_500, steps: [{ name: 'deploy', verdict: 'pass', at: 1, ms: 1_000 }, { name: 'wait', verdict: 'pass', at: 2, ms: 500 }] }),
        tier('upgrade', { verdict: 'fail', reason: 'Data is gone.', ms: 20, steps: [{ name: 'read <markers> & "more"', verdict: 'fail', at: 3, ms: 20, lastLines: ['reading <a>', 'ERROR: gone'], reason: 'Data\nis \u001b[31mgone\u001b[0m\u0000 <here> & there.' }] }),
        tier('backup', { verdict: 'blocked', reason: 'Not reached: upgrade did not pass.' }),
        tier('custom', { verdict: 'not-applicable', reason: 'No checks.' }),
        tier('teardown', { verdict: 'infra', reason: 'Something is left.', ms: 5, steps: [{ name: 'look', verdict: 'pass', at: 4, ms: 5 }] }),
      ],
    }),
  )
  assert.equal(
    xml,
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cc-ci" tests="8" failures="1" errors="1" skipped="2" time="61.500">
  <testsuite name="notes" timestamp="2026-05-12T00:00:00" tests="8" failures="1" errors="1" skipped="2" time="61.500">
    <properties>
      <property name="cc-ci.id" value="note-1a2b3c"/>
      <property name="cc-ci.commit" value="c0ffee"/>
      <property name="cc-ci.base" value="1.0.0+1"/>
      <property name="cc-ci.engine" value="local"/>
      <property name="cc-ci.verdict" value="fail"/>
      <property name="cc-ci.blame" value="change"/>
      <property name="cc-ci.level" value="1"/>
      <property name="cc-ci.reproduce" value="cc-ci run notes"/>
    </properties>
    <testcase classname="notes" name="lint" time="0.000"/>
    <testcase classname="notes.install" name="deploy" time="1.000"/>
    <testcase classname="notes.install" name="wait" time="0.500"/>
    <testcase classname="notes.upgrade" name="read &lt;markers&gt; &amp; &quot;more&quot;" time="0.020">
      <failure type="fail" message="Data&#10;is gone␀ &lt;here&gt; &amp; there.">Data
is gone␀ &lt;here&gt; &amp; there.
reading &lt;a&gt;
ERROR: gone</failure>
    </testcase>
    <testcase classname="notes" name="backup" time="0.000">
      <skipped message="Not reached: upgrade did not pass."/>
    </testcase>
    <testcase classname="notes" name="custom" time="0.000">
      <skipped message="No checks."/>
    </testcase>
    <testcase classname="notes.teardown" name="look" time="0.005"/>
    <testcase classname="notes" name="teardown" time="0.000">
      <error type="infra" message="Something is left.">Something is left.</error>
    </testcase>
    <system-out>notes: failed in upgrade. Data is gone.</system-out>
  </testsuite>
</testsuites>
`,
  )
})

test('T42: a lint that only warns is no failure, and a refused recipe is one', () => {
  const lint = tier('lint', { verdict: 'fail', cause: 'lint', reason: 'Lint has 1 warning.' })
  const warned = junitOf(results({ verdict: 'pass', tiers: [lint, tier('install', { ms: 1 })] }))
  assert.match(warned, /tests="2" failures="0" errors="0" skipped="1"/)
  assert.match(warned, /name="lint" time="0.000">\n {6}<skipped message="Lint has 1 warning."\/>/)
  const alone = junitOf(results({ verdict: 'fail', tiers: [lint, tier('install', { verdict: 'fail', reason: 'No.' })] }))
  assert.match(alone, /failures="1" errors="0" skipped="1"/)
  assert.match(junitOf(results({ verdict: 'fail', tiers: [{ ...lint, cause: 'recipe-invalid' }] })), /failures="1" errors="0" skipped="0"/)
})

test('a run that is not green is not green there either, though no tier says why', () => {
  for (const tiers of [[], [tier('install')], [tier('install', { verdict: 'blocked', reason: 'x' })], [tier('custom', { verdict: 'not-applicable' })]]) {
    const xml = junitOf(results({ verdict: 'unverified', tiers }))
    assert.match(xml, /<error type="unverified"/)
    assert.match(xml, /errors="1"/)
  }
})

test('whatever is in a record, the XML holds no character that XML forbids, and its tags are closed in order', () => {
  const nasty = `${Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)).join('')}\ud800\udfff\ufffe\uffff]]><!--`
  const xml = junitOf(results({ recipe: nasty, reproduce: nasty, verdict: 'fail', startedAt: Number.NaN, tiers: [tier('install', { verdict: 'fail', reason: nasty, ms: -4, steps: [{ name: nasty, verdict: 'fail', at: 1, ms: Number.NaN, reason: nasty }] })] }))
  assert.doesNotMatch(xml, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u)
  const open: string[] = []
  for (const [, close, name, inside] of xml.replace(/<\?xml.*?\?>/, '').matchAll(/<(\/?)([a-z-]+)((?:\s[a-zA-Z-]+="[^"<]*")*)\/?>/g)) {
    if (close) assert.equal(open.pop(), name)
    else if (!xml.includes(`<${name}${inside}/>`)) open.push(name!)
  }
  assert.deepEqual(open, [])
  assert.equal(xml.replace(/<\?xml.*?\?>|<\/?[a-z-]+(?:\s[a-zA-Z-]+="[^"<]*")*\/?>/g, '').includes('<'), false)
  assert.doesNotMatch(xml.replace(/&(amp|lt|gt|quot|#10|#9);/g, ''), /&/)
})

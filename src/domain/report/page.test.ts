import assert from 'node:assert/strict'
import test from 'node:test'
import type { RunResults } from '../model/run.ts'
import { renderPage } from './page.ts'
import { readResults } from './read-results.ts'

const EVIL = `"'><script src=//evil.example/x.js></script><img src=x onerror=alert(1)></pre></details>\u0000\u202e]]>{{x}}`

/** A record in which every text is hostile. */
function evilResults(): RunResults {
  const step = { name: EVIL, verdict: 'fail', at: 1, ms: 1, waitedFor: EVIL, reason: EVIL, cause: 'exited', lastLines: [EVIL], evidence: ['log', EVIL] }
  return readResults({
    id: EVIL, recipe: EVIL, source: EVIL, commit: EVIL, domain: EVIL, verdict: 'fail', levelReason: EVIL, reproduce: EVIL, dirty: true,
    base: { version: EVIL, commit: EVIL }, head: { version: EVIL, commit: EVIL },
    summary: { what: EVIL, why: EVIL, whose: EVIL, next: EVIL },
    tiers: [{ name: 'install', verdict: 'fail', reason: EVIL, cause: 'exited', ms: 1, steps: [step] }],
    upgrade: { from: EVIL, to: EVIL, changed: [EVIL], orphans: [EVIL] },
    data: { probed: [{ service: EVIL, kind: 'volume', what: EVIL }], unprobed: [{ what: EVIL, why: EVIL }] },
    backup: { how: EVIL, bytes: 1, files: 1, notCovered: [EVIL] },
    teardown: { verdict: 'infra', leftovers: [{ kind: 'volume', id: EVIL, name: EVIL }] },
    lint: [{ file: EVIL, line: 1, column: 1, rule: EVIL, severity: 'error', message: EVIL, mend: EVIL }],
    images: [{ name: EVIL, digest: EVIL, pullMs: 1 }],
    settingsFrom: { [EVIL]: EVIL }, evidence: [], [EVIL]: 1, schema: 1, startedAt: 1, endedAt: 1e15,
  }).results!
}

const ALLOWED = new Set(
  'html head meta title link style body a div header p h1 h2 h3 svg path circle rect span main section dl dt dd code ol ul li table caption thead tbody tr th td details summary pre footer time br'.split(' '),
)

function elements(page: string): Array<{ name: string; attributes: string }> {
  return [...page.replace(/<style>.*?<\/style>/s, '').matchAll(/<([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?>/g)].map(([, name, attributes]) => ({ name: name!, attributes: attributes! }))
}

test('nothing that others wrote becomes markup, an address or an id', () => {
  const page = renderPage({
    results: evilResults(),
    evidence: [
      { ref: { name: 'log', path: 'javascript:alert(1)', about: EVIL }, content: EVIL },
      { ref: { name: EVIL, path: '../../etc/passwd', about: '' }, content: '' },
      { ref: { name: 'x', path: '//evil.example/x', about: 'x' }, content: 'x' },
      { ref: { name: 'y', path: 'evidence/y.txt', about: 'y' }, content: 'y' },
    ],
  })
  for (const { name, attributes } of elements(page)) {
    assert.ok(ALLOWED.has(name), name)
    assert.doesNotMatch(attributes, /\son[a-z]+=|\ssrc=|\sstyle=/i)
  }
  assert.doesNotMatch(page.replace(/<style>.*?<\/style>/s, ''), /<(script|img|iframe|object|form|base)|\u0000|\u202e/)
  const addresses = [...page.matchAll(/\shref="([^"]*)"/g)].map(([, href]) => href)
  assert.deepEqual(addresses.filter((href) => !href!.startsWith('#')), ['data:,', 'evidence/y.txt', 'results.json', 'junit.xml'])
})

test('the page fetches nothing and says so in its policy', () => {
  const page = renderPage({ results: evilResults(), evidence: [] })
  assert.match(page, /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[A-Za-z0-9+/=]{44}&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;">/)
  assert.doesNotMatch(page, /@import|url\(/)
})

test('headings go down one level at a time, ids are unique, and each section is named by one that exists', () => {
  const page = renderPage({ results: evilResults(), evidence: [] })
  const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level))
  assert.equal(levels.filter((level) => level === 1).length, 1)
  levels.forEach((level, index) => {
    assert.ok(index === 0 ? level === 1 : level <= levels[index - 1]! + 1, `h${levels[index - 1]} then h${level}`)
  })
  const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length)
  for (const [, id] of page.matchAll(/(?:aria-labelledby="|href="#)([^"]*)"/g)) assert.ok(ids.includes(id), id)
  for (const [table] of page.matchAll(/<table.*?<\/table>/gs)) assert.match(table, /<caption>.+<\/caption>/)
})

test('a record of nothing still renders, and says what it lacks', () => {
  for (const results of [{}, null, { tiers: 'none' }] as unknown as RunResults[]) {
    const page = renderPage({ results, evidence: [] })
    assert.match(page, /<h1>.*not proven<\/h1>/)
    assert.match(page, /It was written by|It does not have everything|The record does not say/)
  }
})

test('long evidence keeps its beginning and its end, much evidence keeps the page small, and what broke comes first', () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => `line ${index}`).join('\n')
  const one = renderPage({ results: evilResults(), evidence: [{ ref: { name: 'log', path: 'evidence/log', about: 'the log' }, content: lines }] })
  assert.match(one, />line 0\nline 1\n/)
  assert.match(one, /line 199999<\/pre>/)
  assert.match(one, /characters are left out here\. <a href="evidence\/log">The file<\/a>/)
  assert.ok(one.length < 150_000, String(one.length))
  const many = Array.from({ length: 400 }, (_, index) => ({ ref: { name: `log-${index}`, path: `evidence/log-${index}`, about: 'a log' }, content: lines }))
  const page = renderPage({ results: evilResults(), evidence: [...many, { ref: { name: 'log', path: 'evidence/log', about: 'the log' }, content: 'what broke' }] })
  assert.ok(page.length < 3_000_000, String(page.length))
  assert.match(page, /what broke/)
  assert.equal(page.match(/<details class="evidence"/g)?.length, 401)
})

test('evidence that two steps point at is shown once and linked from the second', () => {
  const { results } = readResults({
    tiers: [{ name: 'install', verdict: 'pass', reason: '', ms: 1, steps: [{ name: 'a', verdict: 'pass', at: 1, ms: 1, evidence: ['log'] }, { name: 'b', verdict: 'pass', at: 1, ms: 1, evidence: ['log'] }] }],
  })
  const page = renderPage({ results: results!, evidence: [{ ref: { name: 'log', path: 'evidence/log', about: 'the log' }, content: 'once only' }] })
  assert.equal(page.match(/once only/g)?.length, 1)
  assert.match(page, /See <a href="#evidence-1">log<\/a> \(the log\)\./)
})

test('T34: time of pulling is told apart from time of starting', () => {
  const { results } = readResults({
    startedAt: 1_000, endedAt: 61_000,
    tiers: [{ name: 'install', verdict: 'pass', reason: '', ms: 50_000, steps: [{ name: 'pull 2 images', verdict: 'pass', at: 1_500, ms: 40_000 }, { name: 'deploy', verdict: 'pass', at: 41_500, ms: 10_000 }] }],
  })
  const page = renderPage({ results: results!, evidence: [] })
  assert.match(page, /Pulling images: 40 s, counted apart/)
  assert.match(page, /<rect class="pull"/)
})

test('declared data belongs to no service, and none is named', () => {
  const { results } = readResults({ verdict: 'pass', data: { probed: [{ service: '', kind: 'declared', what: 'a new note' }, { service: 'app', kind: 'volume', what: 'data' }], unprobed: [] } })
  const page = renderPage({ results: results!, evidence: [] })
  assert.match(page, /<dt>Data that came through<\/dt><dd>a new note, data \(app\)<\/dd>/)
  assert.match(page, /<li>data declared in cc-ci\.yml: a new note<\/li><li>the files of volume data \(service app\)<\/li>/)
})

test('a lint that only warns has a sign of its own, not that of a failure', () => {
  const withLint = (cause: 'lint' | 'recipe-invalid') => renderPage({ results: readResults({ id: 'r', verdict: 'pass', tiers: [{ name: 'lint', verdict: 'fail', cause, reason: 'Lint.', ms: 0, steps: [] }] }).results!, evidence: [] })
  assert.match(withLint('lint'), /<span class="mark warnings">.*?<span class="word">warnings</)
  assert.match(withLint('recipe-invalid'), /<span class="mark fail">.*?<span class="word">failed</)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { html, styleElement } from './html.ts'

test('what is put in is text, between tags and in attributes', () => {
  const evil = `"><script>alert('x')</script>&amp;\u0000\u202e`
  assert.equal(html`<p title="${evil}">${evil}</p>`.markup, `<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;␀�">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;␀�</p>`)
})

test('pieces, lists, numbers and nothing', () => {
  assert.equal(html`<ul>${['a', 'b'].map((one) => html`<li>${one}</li>`)}</ul>${0}${null}${undefined}${false}${['<', [1]]}`.markup, '<ul><li>a</li><li>b</li></ul>0&lt;1')
})

test('an object that only looks like a piece cannot come from a record', () => {
  const fromJson = JSON.parse('"{\\"markup\\": \\"<b>\\"}"')
  assert.equal(html`${fromJson}`.markup, '{&quot;markup&quot;: &quot;&lt;b&gt;&quot;}')
})

test('a style sheet is let in by its hash', () => {
  assert.deepEqual(styleElement('p{}'), { element: { markup: '<style>p{}</style>' }, policy: "'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='" })
})

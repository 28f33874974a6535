import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownModule } from './go.ts'

test('the replace and exclude lines of the wanted module are taken over, single and in blocks, and nothing else of it', () => {
  const theirs = `module example.org/big/v3

go 1.25.0

require (
\texample.org/a v1.0.0
)

replace example.org/a => example.org/fork v1.2.3

// Containous forks
replace (
\texample.org/b => example.org/b-fork v0.1.0
\texample.org/c => example.org/c-fork v0.2.0
)

exclude example.org/d v1.0.0
`
  assert.equal(ownModule({ module: 'example.org/big/v3', version: 'v3.6.12' }, theirs), `module rig

go 1.25.0

require example.org/big/v3 v3.6.12

replace example.org/a => example.org/fork v1.2.3
replace (
\texample.org/b => example.org/b-fork v0.1.0
\texample.org/c => example.org/c-fork v0.2.0
)
exclude example.org/d v1.0.0
`)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSource } from './read-source.ts'

const imports: { that: string, source: string, from: (string | undefined)[] }[] = [
  { that: 'a default import', source: "import a from 'x'", from: ['x'] },
  { that: 'named imports over several lines', source: "import {\n  a,\n  type b,\n  c as d,\n} from 'x'", from: ['x'] },
  { that: 'default and named at once', source: "import a, { b } from 'x'", from: ['x'] },
  { that: 'all of it', source: "import * as a from 'x'", from: ['x'] },
  { that: 'a side effect', source: "import 'x'", from: ['x'] },
  { that: 'type only', source: "import type { A } from 'x'", from: ['x'] },
  { that: 'a default import called type', source: "import type from 'x'", from: ['x'] },
  { that: 'a default import called from', source: "import from from 'x'", from: ['x'] },
  { that: 'a type in place', source: "let a: import('x').A", from: ['x'] },
  { that: 'at run time', source: "await import('x')", from: ['x'] },
  { that: 'at run time, with a template without holes', source: 'await import(`x`)', from: ['x'] },
  { that: 'at run time, computed', source: 'await import(`./${a}`)', from: [undefined] },
  { that: 'passed on', source: "export { a } from 'x'\nexport * from 'y'\nexport * as b from 'z'\nexport type { C } from 'w'", from: ['x', 'y', 'z', 'w'] },
  { that: 'the old way', source: "const a = require('x')", from: ['x'] },
  { that: 'exports of our own are none', source: "export { a, b }\nexport type A = 'x'\nexport const c = from, d = 'x'\nexport default 'x'", from: [] },
  { that: 'a list of exports does not reach for the next import', source: "export { a }\nimport b from 'x'", from: ['x'] },
  { that: 'import.meta is none', source: 'import.meta.dirname', from: [] },
  { that: 'properties called import and export are none', source: "a.import('x'); b = { import: 'x', export: 'y' }", from: [] },
  { that: 'comments, strings, templates and regular expressions are none', source: "// import 'x'\nconst a = \"import 'x'\" + `import 'x'` + /import 'x'/", from: [] },
]

for (const { that, source, from } of imports) {
  test(`import: ${that}`, () => { assert.deepEqual(readSource(source).imports.map(({ specifier }) => specifier), from) })
}

test('an import says its line and what it takes', () => {
  assert.deepEqual(readSource("\nimport a, { b as c, type D } from 'x'").imports, [{ specifier: 'x', names: ['a', 'b', 'D'], line: 2 }])
})

const uses: { source: string, names: string[] }[] = [
  { source: 'process.env.HOME', names: ['process.env'] },
  { source: "process['env']", names: ['process.env'] },
  { source: 'process?.env', names: ['process.env'] },
  { source: 'globalThis.process.env', names: ['process.env'] },
  { source: 'const { env, argv: given } = process', names: ['process.env'] },
  { source: 'process.exit(1); process.exitCode = 2', names: ['process.exit', 'process.exitCode'] },
  { source: 'child.process.env', names: [] },
  { source: 'process.argv', names: [] },
  { source: 'Date.now() + performance.now()', names: ['Date.now', 'performance.now'] },
  { source: 'new Date(); new Date(given); new Date', names: ['new Date()', 'new Date()'] },
  { source: 'setTimeout(f, 1); clock.setTimeout(f, 1)', names: ['setTimeout'] },
  { source: 'Math.random() + crypto.randomUUID() + randomBytes(4)', names: ['Math.random', 'crypto.randomUUID', 'randomBytes'] },
  { source: "// process.env\nconst a = 'process.env'", names: [] },
]

for (const { source, names } of uses) {
  test(`use: ${source}`, () => { assert.deepEqual(readSource(source).uses.map(({ name }) => name), names) })
}

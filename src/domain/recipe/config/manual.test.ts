import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseYaml } from '../../../lib/yaml.ts'
import { example } from './example.ts'
import { configJsonSchema, configManual } from './manual.ts'
import { readConfig } from './read.ts'

const kept = (name: string) => readFileSync(new URL(`../../../../docs/recipe/${name}`, import.meta.url), 'utf8')
const again = 'run: node test/support/write-manual.ts'

test('docs/recipe/cc-ci.yml and its schema are what the definition says', () => {
  assert.equal(kept('cc-ci.yml'), configManual(), again)
  assert.deepEqual(JSON.parse(kept('cc-ci.schema.json')), configJsonSchema(), again)
})

test('the manual is itself a correct cc-ci.yml and says what the example says', () => {
  assert.deepEqual(readConfig([{ file: 'cc-ci.yml', text: configManual() }]).problems, [])
  assert.deepEqual(parseYaml(configManual()).value, JSON.parse(JSON.stringify(example)))
})

interface Node {
  description?: string
  properties?: Record<string, Node & { const?: unknown }>
  items?: Node
  oneOf?: Node[]
}

test('every key of the definition stands in the manual, in every form it has', () => {
  const missing: string[] = []
  const visit = (node: Node, values: unknown[], path: string): void => {
    for (const form of node.oneOf ?? [node]) {
      const ofForm = values.filter((value) => Object.entries(form.properties ?? {}).every(([key, { const: fixed }]) => fixed === undefined || (value as Record<string, unknown>)[key] === fixed))
      for (const [key, child] of Object.entries(form.properties ?? {})) {
        const found = ofForm.flatMap((value) => ((value as Record<string, unknown>)[key] === undefined ? [] : [(value as Record<string, unknown>)[key]]))
        if (found.length === 0) missing.push(`${path}.${key}`)
        else visit(child, found, `${path}.${key}`)
      }
      if (form.items) visit(form.items, values.flat(), `${path}[]`)
    }
  }
  visit(configJsonSchema() as Node, [example], '')
  // An action has the same forms everywhere: they are shown in full where data is written.
  const elsewhere = /^\.(data\[\]\.read|setup\[\]|checks\[\]\.http)\./
  assert.deepEqual(missing.filter((path) => !elsewhere.test(path)), [])
})

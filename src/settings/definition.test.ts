import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fit, z } from '../lib/schema.ts'
import { parseYaml } from '../lib/yaml.ts'
import { settingsDefinition, settingsExampleText, settingsJsonSchema } from './definition.ts'

/** The `#` before a setting goes; a remark keeps its own. */
const uncommented = () => settingsExampleText().replace(/^#(?=\S| {2})/gm, '')

const valueIn = (text: string) => {
  const { value, problems } = parseYaml(text)
  assert.deepEqual(problems, [])
  return value
}

test('the example as it is printed sets nothing', () => assert.equal(valueIn(settingsExampleText()), null))

test('the example without its # says every setting, and every default is the one that holds without it', () => {
  const value = valueIn(uncommented()) as Record<string, Record<string, unknown>>
  const keys = Object.entries(settingsDefinition.shape).map(([key]) => key)
  assert.deepEqual(Object.keys(value), keys)
  const fitted = fit(settingsDefinition, value)
  const without = fit(settingsDefinition, {})
  assert.ok('value' in fitted, JSON.stringify(fitted))
  assert.ok('value' in without)
  const { domain, registries, allow, secrets, platform, alerts, server, proxy: { ca, ...proxy }, docker: { host, ...docker }, images: { host: hostImage, ...images }, prune, limits } = fitted.value
  assert.deepEqual({ proxy, docker, images, prune, limits }, { proxy: without.value.proxy, docker: without.value.docker, images: without.value.images, prune: without.value.prune, limits: without.value.limits })
  assert.deepEqual([domain, ca, host, hostImage, server?.listen, without.value.server].map((sample) => typeof sample), ['string', 'string', 'string', 'string', 'string', 'undefined'])
  assert.deepEqual([registries.length, Object.keys(allow).length, Object.keys(secrets).length, Object.keys(platform).length, Object.keys(alerts).length], [1, 1, 1, 1, 1])
})

test('the schema takes what the definition takes, and refuses what it refuses', () => {
  const schema = z.fromJSONSchema(settingsJsonSchema() as Parameters<typeof z.fromJSONSchema>[0])
  const values: Array<[value: unknown, is: boolean]> = [
    [valueIn(uncommented()), true],
    [{}, true],
    [{ limits: { run: 90, tier: '1.5h' } }, true],
    [{ domian: 'ci.example.org' }, false],
    [{ proxy: { adress: '::1' } }, false],
    [{ proxy: { port: 0 } }, false],
    [{ limits: { run: '5 minutes' } }, false],
    [{ server: {} }, true],
    [{ server: { listen: 8484 } }, false],
    [{ server: { listen: 'everywhere:8484' } }, false],
    [{ registries: [{ host: 'a', username: 'b' }] }, false],
    [{ alerts: { hook: { webhook: { url_file: 'hook' } } } }, true],
    [{ alerts: { hook: { webhook: { url: 'https://hooks.example.org/x' } } } }, false],
    [{ alerts: { hook: {} } }, false],
    [{ alerts: { hook: { webhook: { url_file: 'hook' }, matrix: { url: 'https://m.example.org', room: '!a:b', token_file: 't' } } } }, false],
    [{ alerts: { mail: { smtp: { host: 'h', from: 'a@b', to: 'c@d', security: 'maybe' } } } }, false],
    [{ alerts: { phone: { ntfy: { url: 'https://user:password@ntfy.example.org', topic_file: 't' } } } }, false],
  ]
  for (const [value, is] of values) {
    assert.equal(schema.safeParse(value).success, is, `the schema on ${JSON.stringify(value)}`)
    assert.equal('value' in fit(settingsDefinition, value), is, `the definition on ${JSON.stringify(value)}`)
  }
})

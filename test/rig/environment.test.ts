import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rigEnv, shellLines } from './environment.ts'

test('the shell lines export what is there, quoted where a shell would split it', async () => {
  const env = { ...(await rigEnv()), settings: "/a folder/it's/settings.yml", clients: { v20: undefined, v28: '/c/28/docker' } }
  const lines = shellLines(env, '/nowhere')
  assert.ok(lines.includes(`export CCCI_SETTINGS='/a folder/it'\\''s/settings.yml'`))
  assert.ok(lines.includes('export CCCI_RIG_CLIENT_28=/c/28/docker'))
  assert.ok(!lines.some((line) => line.includes('CLIENT_20')))
  assert.equal(lines.at(-1), 'export PATH=/c/28:"$PATH"')
})

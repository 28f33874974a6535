#!/usr/bin/env node
// What this recipe needs runs beside it: a note goes into the journal, and its secret opens the export.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'

const { CCCI_NEED_JOURNAL_URL, CCCI_NEED_JOURNAL_HOST, CCCI_HOST, CCCI_CONNECT, CCCI_CA_FILE, CCCI_SECRETS } = process.env
const secure = CCCI_NEED_JOURNAL_URL.startsWith('https:')
const [, address, port] = /^(.+):(\d+)$/.exec(CCCI_CONNECT)
const token = readFileSync(`${CCCI_SECRETS}/journal/admin_token`, 'utf8').trim()

assert.notEqual(CCCI_NEED_JOURNAL_HOST, CCCI_HOST)
assert.equal((await ask('PUT', '/notes/entry', 'written beside')).status, 204)
assert.equal((await ask('GET', '/notes/entry')).body, 'written beside')
assert.equal((await ask('GET', '/export', undefined, { authorization: `Bearer ${token}` })).status, 200, 'the export takes the token of the journal')
console.log('ok: the journal runs beside')

function ask(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const ca = secure && CCCI_CA_FILE ? { ca: readFileSync(CCCI_CA_FILE) } : {}
    const request = (secure ? https : http).request(
      { method, path, host: address, port, servername: CCCI_NEED_JOURNAL_HOST, headers: { host: new URL(CCCI_NEED_JOURNAL_URL).host, ...headers }, timeout: 10_000, agent: false, ...ca },
      async (response) => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve({ status: response.statusCode, body: text })
      },
    )
    request.on('timeout', () => request.destroy(new Error('no answer within 10 s')))
    request.on('error', reject)
    request.end(body)
  })
}

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { handle, type Request } from '../../src/server/handle.ts'
import { listen } from '../../src/server/listen.ts'
import { PortError } from '../../src/ports/port-error.ts'
import { openServerStage, raiseAlerts, type ServerStage } from './stage.ts'

let stage: ServerStage
before(async () => {
  stage = await openServerStage()
})
after(() => stage?.[Symbol.dispose]())

const ask = async (url: string, more: Partial<Request> = {}) => {
  const { status, headers, body } = await handle(stage.context, { method: 'GET', url, host: 'ci.example.org', ...more })
  return { status, headers, body: typeof body === 'string' ? body : Buffer.from(body).toString('utf8') }
}

test('health says which cc-ci this is, and of which state folder', async () => {
  const { status, body } = await ask('/healthz')
  assert.deepEqual([status, JSON.parse(body)], [200, { service: 'cc-ci', status: 'ok', version: '1.2.3', state: 'abc', since: '2026-05-12T09:30:00.000Z' }])
})

test('runs are listed newest first, as a page and as data; what died is no link', async () => {
  const runs = JSON.parse((await ask('/runs.json')).body) as Array<{ id: string; state: string; verdict: string | null }>
  assert.deepEqual(runs.map(({ id, state, verdict }) => `${id} ${state} ${verdict}`), ['died-000001 died null', 'gues-1a2b3c ended fail', 'note-4f2a10 ended pass', 'wiki-77aa01 ended infra', 'book-0c0c0c ended pass'])
  const { body } = await ask('/runs')
  assert.deepEqual([...body.matchAll(/href="\/runs\/([^"]*)\/"/g)].map(([, id]) => id), ['gues-1a2b3c', 'note-4f2a10', 'wiki-77aa01', 'book-0c0c0c'])
})

test('a run gives its page, its results, JUnit and the evidence that it names, as they are on the disk', async () => {
  const folder = join(stage.state, 'runs', 'gues-1a2b3c')
  for (const [url, file, type] of [['', 'report.html', 'text/html; charset=utf-8'], ['results.json', 'results.json', 'application/json; charset=utf-8'], ['junit.xml', 'junit.xml', 'application/xml; charset=utf-8']] as const) {
    const answer = await ask(`/runs/gues-1a2b3c/${url}`)
    assert.deepEqual([answer.status, answer.headers['content-type'], answer.body], [200, type, readFileSync(join(folder, file), 'utf8')], url)
  }
  const { evidence } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as { evidence: Array<{ path: string }> }
  const { status, headers } = await ask(`/runs/gues-1a2b3c/${evidence[0]!.path}`)
  assert.deepEqual([status, headers['content-type']], [200, 'text/plain; charset=utf-8'], evidence[0]!.path)
  const { status: moved, headers: where } = await ask('/runs/gues-1a2b3c')
  assert.deepEqual([moved, where.location], [308, '/runs/gues-1a2b3c/'])
})

describe('nothing beside the reports can be reached', () => {
  const outside = [
    '/runs/../settings.yml', '/runs/gues-1a2b3c/../../settings.yml', '/runs/gues-1a2b3c/%2e%2e/%2e%2e/settings.yml', '/runs/gues-1a2b3c/..%2f..%2fsettings.yml', '/runs//etc/passwd', '/runs/gues-1a2b3c/journal.jsonl', '/runs/gues-1a2b3c/run.json',
    '/runs/gues-1a2b3c/evidence/../run.json', '/runs/gues-1a2b3c/evidence/not-named.txt', '/runs/gues-1a2b3c/constructor', '/runs/gues-1a2b3c/__proto__', '/runs/constructor/', '/runs/.new/', '/runs/died-000001/', '/alerts/', '/secrets', '/platform/traefik/last_good.json', '/locks', '//healthz', '/healthz/x', 'http://elsewhere/healthz', '*', '',
    '/runs/gues-1a2b3c/results.json%00.txt', '/runs/gues-1a2b3c/results.json/', '/runs/gues-1a2b3c\\results.json',
  ]
  before(() => {
    writeFileSync(join(stage.state, 'settings.yml'), 'a secret: hunter2\n')
    writeFileSync(join(stage.state, 'runs', 'gues-1a2b3c', 'evidence', 'not-named.txt'), 'hunter2')
  })
  for (const url of outside) {
    test(`GET ${url === '' ? '(nothing)' : url}`, async () => {
      const { status, body } = await ask(url)
      assert.deepEqual([status, body], [404, 'There is nothing here.\n'])
    })
  }

  test('a link in a run is not followed, and a folder is no file', async () => {
    const folder = join(stage.state, 'runs', 'book-0c0c0c')
    writeFileSync(join(stage.state, 'outside.txt'), 'hunter2')
    const results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as { evidence: unknown[] }
    writeFileSync(join(folder, 'results.json'), JSON.stringify({ ...results, evidence: [...results.evidence, { path: 'evidence/link.txt', kind: 'log', title: 'x' }, { path: 'evidence/folder', kind: 'log', title: 'x' }] }))
    symlinkSync(join(stage.state, 'outside.txt'), join(folder, 'evidence', 'link.txt'))
    mkdirSync(join(folder, 'evidence', 'folder'))
    assert.equal((await ask('/runs/book-0c0c0c/evidence/link.txt')).status, 404)
    assert.equal((await ask('/runs/book-0c0c0c/evidence/folder')).status, 404)
  })
})

test('only reading: everything else is refused', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) assert.deepEqual([(await ask('/', { method })).status, (await ask('/', { method })).headers.allow], [405, 'GET, HEAD'], method)
})

test('asked by a name that is not its own it tells nothing', async () => {
  for (const host of ['evil.example', 'ci.example.org.evil.example', '', undefined, 'localhost.evil.example', '[::1', 'ci.example.org:x']) assert.equal((await ask('/runs.json', { host })).status, 421, host)
  for (const host of ['ci.example.org', 'CI.example.org:443', `127.0.0.1:${stage.context.server.listen.port}`, 'localhost:9', '[::1]:9']) assert.equal((await ask('/healthz', { host })).status, 200, host)
})

test('every answer says what a browser may do with it: run nothing, ask nobody, be in no frame, guess no type', async () => {
  for (const url of ['/', '/alerts', '/runs', '/healthz', '/runs.json', '/alerts.json', '/runs/gues-1a2b3c/', '/runs/gues-1a2b3c/results.json', '/nothing']) {
    const { headers } = await ask(url)
    assert.match(headers['content-security-policy']!, /^default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'/, url)
    assert.doesNotMatch(headers['content-security-policy']!, /script|unsafe-eval|\*/, url)
    assert.deepEqual([headers['x-content-type-options'], headers['x-frame-options'], headers['referrer-policy'], headers['cache-control']], ['nosniff', 'DENY', 'no-referrer', 'no-store'], url)
  }
})

test('what others wrote is text on a page, never markup', async () => {
  await raiseAlerts(stage)
  const { body } = await ask('/alerts')
  assert.match(body, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
  assert.doesNotMatch(body, /<script|<b>by itself/)
  const { open } = JSON.parse((await ask('/alerts.json')).body) as { open: Array<{ id: string }> }
  assert.deepEqual(open.map(({ id }) => id).toSorted(), ['platform-backup-source', 'platform-keycloak-stuck', 'platform-traefik-held-major-2.0.0+4'])
})

test('trouble with what is read is an answer that tells nobody a path; a mistake of ours is not hidden as one', async () => {
  const failing = (error: Error) => handle({ ...stage.context, alerts: { list: async () => { throw error } } }, { method: 'GET', url: '/alerts', host: 'ci.example.org' })
  const { status, body } = await failing(new PortError('unexpected', 'reading /var/lib/cc-ci/alerts failed'))
  assert.deepEqual([status, body], [503, 'What was asked for cannot be read now: see cc-ci doctor on the host.\n'])
  await assert.rejects(failing(new TypeError('x')), TypeError)
})

describe('over the network', () => {
  const get = (path: string, method = 'GET', agent: Agent | false = false) =>
    new Promise<{ status: number; body: string; length: string | undefined }>((resolve, reject) => {
      const { address: host, port } = stage.context.server.listen
      const request = httpRequest({ host, port, path, method, agent }, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(parts).toString('utf8'), length: response.headers['content-length'] }))
      })
      request.on('error', reject)
      request.end()
    })

  test('it answers, HEAD too, and after close it takes no call and holds no connection', async () => {
    const listening = await listen(stage.context, { onMistake: (error) => assert.fail(String(error)) })
    const [whole, head] = [await get('/runs/gues-1a2b3c/'), await get('/runs/gues-1a2b3c/', 'HEAD')]
    assert.deepEqual([whole.status, head.status, head.body, head.length], [200, 200, '', whole.length])
    await listening.close()
    await assert.rejects(get('/healthz'), { code: 'ECONNREFUSED' })
  })

  test('what is being answered when it ends is answered', async () => {
    const held = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    const alerts = { async list() {
      reached.resolve()
      await held.promise
      return { open: [], seen: [], damaged: [] }
    } }
    const listening = await listen({ ...stage.context, alerts }, { onMistake: (error) => assert.fail(String(error)) })
    // A browser keeps its connection: it must not keep the server.
    const agent = new Agent({ keepAlive: true })
    const answer = get('/alerts.json', 'GET', agent)
    await reached.promise
    const closed = listening.close()
    held.resolve()
    assert.equal((await answer).status, 200)
    await closed
    agent.destroy()
  })

  test('a mistake of ours is answered with 500 and told, and the next one is answered as ever', async () => {
    const mistakes: unknown[] = []
    const alerts = { list: async () => { throw new TypeError('x') } }
    const listening = await listen({ ...stage.context, alerts }, { onMistake: (error) => mistakes.push(error) })
    assert.deepEqual([(await get('/alerts')).status, mistakes.length, (await get('/healthz')).status], [500, 1, 200])
    await listening.close()
  })

  test('an address that is taken is said', async () => {
    const listening = await listen(stage.context, { onMistake: () => {} })
    await assert.rejects(listen(stage.context, { onMistake: () => {} }), /^PortError: Something else listens at 127\.0\.0\.1:\d+\. End that, or give the server another address/)
    await listening.close()
  })
})

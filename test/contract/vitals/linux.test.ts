import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import { linuxVitals } from '../../../src/adapters/vitals/linux/vitals.ts'

const processes = nodeProcesses(process.env)

/** Something on this machine that answers as Docker Hub does, or as it is told. */
async function hub(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return linuxVitals({ processes, hub: { auth: at, registry: at } })
}

test('Docker Hub is asked for the head of an image, as who we are, and its limits and its clock are read', async (t) => {
  const asked: string[] = []
  const vitals = await hub(t, (request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]} ${request.headers.authorization}`)
    if (request.url?.startsWith('/token')) return response.end(JSON.stringify({ token: 'granted' }))
    response.writeHead(200, { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600', date: new Date(Date.now() - 3_600_000).toUTCString() }).end()
  })
  const answer = await vitals.askHub({ username: 'ci', password: 'secret' })
  assert.deepEqual([answer?.limit, answer?.left], [100, 76])
  assert.ok(Math.abs(answer!.skewMs! - 3_600_000) < 60_000, `${answer?.skewMs}`)
  assert.deepEqual(asked, [`GET /token Basic ${Buffer.from('ci:secret').toString('base64')}`, 'HEAD /v2/ratelimitpreview/test/manifests/latest Bearer granted'])
})

test('a registry without limits names none; one that refuses or breaks off was not reached', async (t) => {
  const open = await hub(t, (request, response) => void response.writeHead(200).end(request.url?.startsWith('/token') ? '{"token":"x"}' : ''))
  const answer = await open.askHub(undefined)
  assert.deepEqual([answer?.limit, answer?.left], [undefined, undefined])
  assert.equal(await (await hub(t, (_, response) => void response.writeHead(401).end())).askHub(undefined), undefined)
  assert.equal(await (await hub(t, (_, response) => void response.destroy())).askHub(undefined), undefined)
})

test('a registry that takes the question and never answers costs some seconds and no more', async (t) => {
  const silent = await hub(t, () => {})
  assert.equal(await silent.askHub(undefined), undefined)
})

test('where a name leads; nowhere is told from nobody knows', async () => {
  const vitals = linuxVitals({ processes })
  const addresses = await vitals.addressesOf('localhost')
  assert.ok(addresses?.some((address) => address === '127.0.0.1' || address === '::1'), String(addresses))
  assert.ok(vitals.ownAddresses().includes('127.0.0.1'))
  // Reserved never to exist; a machine without any server of names cannot know that.
  assert.notEqual((await vitals.addressesOf('nobody.invalid'))?.length, 1)
})

test('a module that is not there is said, and so is a program that is missing', async () => {
  const says = await linuxVitals({ processes }).loadModule('no-such-module-here')
  assert.ok(says !== undefined && says.length > 0)
})

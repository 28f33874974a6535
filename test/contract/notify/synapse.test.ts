// optional parts: synapse
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { matrix } from '../../../src/adapters/notify/http/matrix.ts'
import { rigUp } from '../../rig/index.ts'
import { synapseUrl } from '../../rig/parts/synapse.ts'
import { makeUser, type MatrixUser } from '../../support/matrix.ts'
import { message, notifyContract } from './suite.ts'

/** A real Matrix home server: what was sent is read back by somebody else in the room. */

const PATIENT_MS = 30_000
const never = new AbortController().signal

before(async () => await rigUp(['synapse']))

/** An operator's room, and the account that writes there. */
async function openRoom(): Promise<{ ops: MatrixUser; ci: MatrixUser; room: string }> {
  const [ops, ci] = [await makeUser(), await makeUser()]
  const room = await ops.makeRoom([ci.id])
  await ci.join(room)
  return { ops, ci, room }
}

const writer = ({ token }: Pick<MatrixUser, 'token'>, room: string) => matrix({ url: synapseUrl, room, token, timeoutMs: PATIENT_MS })

notifyContract('matrix, at a real Synapse', async () => {
  const { ops, ci, room } = await openRoom()
  const stranger = await makeUser()
  return {
    notify: writer(ci, room),
    seen: async () => (await ops.messages(room)).map(({ event_id, content }) => ({ id: event_id, text: content.body as string, event: (content['cc-ci.alert'] as { event: string }).event })),
    secrets: [ci.token, stranger.token],
    folds: true,
    trouble: {},
    other: { 'not let in': writer(stranger, room) },
    [Symbol.asyncDispose]: async () => {},
  }
}, { without: ['nobody listens', 'wrong certificate', 'busy', 'broken', 'hangs', 'hangs up', 'not this message'] })

test('a second sending is no second message in the room', async () => {
  const { ops, ci, room } = await openRoom()
  await writer(ci, room).send(message(), never)
  await writer(ci, room).send(message(), never)
  await writer(ci, room).send(message({}, 'resolved'), never)
  assert.deepEqual((await ops.messages(room)).map(({ sender, content }) => [sender, content.msgtype]), [[ci.id, 'm.text'], [ci.id, 'm.notice']])
})

test('a token that was revoked, and an account that was put out of the room, are mistakes of the settings', async () => {
  const { ops, ci, room } = await openRoom()
  await ops.kick(room, ci.id)
  await assert.rejects(writer(ci, room).send(message(), never), { kind: 'refused', message: /HTTP 403: .*M_FORBIDDEN/ })
  await ci.logOut()
  await assert.rejects(writer(ci, room).send(message(), never), { kind: 'refused', message: /HTTP 401: .*M_UNKNOWN_TOKEN/ })
})

import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { places } from '../rig/places.ts'
import { synapseSecretFile, synapseUrl } from '../rig/parts/synapse.ts'

/** Somebody with an account at the rig's Matrix home server. */
export interface MatrixUser {
  id: string
  token: string
  makeRoom(invite: string[]): Promise<string>
  join(room: string): Promise<void>
  kick(room: string, user: string): Promise<void>
  /** What stands in the room, oldest first. */
  messages(room: string): Promise<MatrixMessage[]>
  /** From now on its token opens nothing. */
  logOut(): Promise<void>
}

export interface MatrixMessage {
  event_id: string
  sender: string
  content: Record<string, unknown>
}

export async function makeUser(): Promise<MatrixUser> {
  const username = `u${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  const register = '/_synapse/admin/v1/register'
  const { nonce } = await call<{ nonce: string }>('GET', register)
  const mac = createHmac('sha1', readFileSync(synapseSecretFile(places()), 'utf8')).update([nonce, username, password, 'notadmin'].join('\0')).digest('hex')
  const { user_id: id, access_token: token } = await call<{ user_id: string; access_token: string }>('POST', register, { nonce, username, password, admin: false, mac })
  const v3 = <T>(method: string, path: string, body?: object) => call<T>(method, `/_matrix/client/v3${path}`, body, token)
  const inRoom = (room: string) => `/rooms/${encodeURIComponent(room)}`
  return {
    id, token,
    makeRoom: async (invite) => (await v3<{ room_id: string }>('POST', '/createRoom', { preset: 'private_chat', invite })).room_id,
    join: async (room) => void (await v3('POST', `${inRoom(room)}/join`, {})),
    kick: async (room, user) => void (await v3('POST', `${inRoom(room)}/kick`, { user_id: user })),
    messages: async (room) => (await v3<{ chunk: Array<MatrixMessage & { type: string }> }>('GET', `${inRoom(room)}/messages?dir=b&limit=100`)).chunk.filter(({ type }) => type === 'm.room.message').reverse(),
    logOut: async () => void (await v3('POST', '/logout', {})),
  }
}

async function call<T>(method: string, path: string, body?: object, token?: string): Promise<T> {
  const answer = await fetch(`${synapseUrl}${path}`, { method, headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path.split('?')[0]} at the home server: HTTP ${answer.status} ${text.slice(0, 300)}`)
  return JSON.parse(text) as T
}

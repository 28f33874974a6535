import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { App } from '../../../domain/model/app.ts'
import { isPortError, PortError } from '../../../ports/port-error.ts'
import { HASH, outsideStack } from './labels.ts'
import type { Parts } from './parts.ts'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)

/**
 * The engine never gives a secret back, so that "the same value again" is told by a label: a salted, slow hash, because labels are read by
 * everybody who may list secrets, and people's own secrets can be guessed.
 */
export async function createSecret(parts: Parts, app: App, { name, value }: { name: string; value: string }): Promise<void> {
  const salt = randomBytes(16)
  const fingerprint = `${salt.toString('hex')}.${(await derive(value, salt, 32)).toString('hex')}`
  try {
    await parts.connection.call({
      to: `creating secret ${name}`,
      method: 'POST',
      path: '/secrets/create',
      body: { Name: name, Labels: { ...outsideStack(app, parts.stateId), [HASH]: fingerprint }, Data: Buffer.from(value).toString('base64') },
    })
  } catch (error) {
    if (!isPortError(error, 'conflict')) throw error
    if (await holds(parts, name, value)) return
    throw new PortError('conflict', `creating secret ${name}: one of this name is there already, with another value or not made by us; a secret never changes, so use a new name`, { cause: error })
  }
}

async function holds(parts: Parts, name: string, value: string): Promise<boolean> {
  const found = (await parts.lists.secrets({ name })).find(({ Spec }) => Spec.Name === name)
  const [salt, wanted] = (found?.Spec.Labels?.[HASH] ?? '').split('.')
  if (!salt || !wanted) return false
  const got = await derive(value, Buffer.from(salt, 'hex'), 32)
  const expected = Buffer.from(wanted, 'hex')
  return expected.length === got.length && timingSafeEqual(expected, got)
}

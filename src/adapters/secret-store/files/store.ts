import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FOLDER_MODE, syncFolder, writeWhole } from '../../../lib/whole-file.ts'
import { isDiskFull } from '../../../lib/disk-full.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { SecretStore } from '../../../ports/secret-store.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 12

/**
 * `platform/<app>/secrets.sealed`: all of an app's secrets, AES-256-GCM, under the host's key in `secret.key`, which stands elsewhere so that a copy of
 * the one is of no use without the other. Written whole or not at all.
 */
export function fileSecretStore(given: { stateFolder: string }): SecretStore {
  const keyFile = join(given.stateFolder, 'secret.key')
  const fileOf = (app: string) => join(given.stateFolder, 'platform', app, 'secrets.sealed')

  const all = async (app: string): Promise<Record<string, string>> => {
    const sealed = await readIfThere(fileOf(app))
    if (!sealed) return {}
    const key = await readIfThere(keyFile)
    if (!key) throw new PortError('unexpected', `The secrets of ${app} cannot be read: the key ${keyFile} is gone. Put it back from your backup.`)
    return opened(sealed, key, fileOf(app))
  }

  return {
    async get(app, name) {
      const secrets = await all(app)
      return Object.hasOwn(secrets, name) ? secrets[name] : undefined
    },
    async put(app, name, value) {
      const secrets = await all(app)
      if (Object.hasOwn(secrets, name) && secrets[name] !== value) throw new PortError('conflict', `${app} has a secret ${name} already, with another value: give the new one another version.`)
      try {
        await mkdir(dirname(fileOf(app)), { recursive: true, mode: FOLDER_MODE })
        await writeWhole(fileOf(app), seal({ ...secrets, [name]: value }, await keyIn(keyFile)))
      } catch (error) {
        throw failed(`Keeping the secret ${name} of ${app}`, error)
      }
    },
    sealed: async (app) => (await readIfThere(fileOf(app))) ?? null,
  }
}

function seal(secrets: Record<string, string>, key: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const data = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()])
  return Buffer.from(`${JSON.stringify({ v: 1, cipher: 'aes-256-gcm', nonce: nonce.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') })}\n`)
}

function opened(sealed: Uint8Array, key: Uint8Array, file: string): Record<string, string> {
  try {
    const { nonce, tag, data } = JSON.parse(Buffer.from(sealed).toString('utf8')) as { nonce: string; tag: string; data: string }
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64')).setAuthTag(Buffer.from(tag, 'base64'))
    return JSON.parse(Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString('utf8')) as Record<string, string>
  } catch (error) {
    throw new PortError('unexpected', `${file} is damaged, or its key is another one. Put both back from your backup; nothing of it was changed.`, { cause: error })
  }
}

/** The host's key, made when there is none: whoever is second takes what the first one made. */
async function keyIn(file: string): Promise<Uint8Array> {
  const known = await readIfThere(file)
  if (known?.length === KEY_BYTES) return known
  await mkdir(dirname(file), { recursive: true, mode: FOLDER_MODE })
  try {
    const made = await open(file, 'wx', 0o600)
    try {
      const key = randomBytes(KEY_BYTES)
      await made.writeFile(key)
      await made.sync()
      return key
    } finally {
      await made.close()
      await syncFolder(dirname(file))
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const other = await readFile(file)
    if (other.length === KEY_BYTES) return other
    throw new PortError('unexpected', `The key ${file} is not whole. Put it back from your backup; if nothing was ever sealed with it, remove it.`)
  }
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw failed(`Reading ${file}`, error)
  }
}

function failed(tried: string, error: unknown): PortError {
  if (error instanceof PortError) return error
  const { code, message } = error as NodeJS.ErrnoException
  return new PortError(code === 'EACCES' || code === 'EROFS' ? 'refused' : 'unexpected', `${tried}: ${isDiskFull(error) ? 'the disk is full' : message}`, { cause: error, says: message })
}

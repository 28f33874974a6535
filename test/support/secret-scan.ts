import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'

/**
 * Looks for secrets in everything below some folders. Knows nothing of how they are hidden: it undoes encodings and looks at what
 * comes out, so that a form that the redactor forgot is found.
 */
export interface Finding {
  file: string
  /** Which of the secrets, by its place in the list: the value itself must not reach a test's output. */
  secret: number
  /** How it was written: `plain`, `base64`, `url`, `json`, `html`, `hex`, or one inside another: `base64 in json`. */
  form: string
}

export async function scanFolders(folders: readonly string[], secrets: readonly string[]): Promise<Finding[]> {
  const found: Finding[] = []
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name)
      found.push(...scanText(`name of ${file}`, entry.name, secrets))
      if (entry.isSymbolicLink()) found.push(...scanText(file, await readlink(file), secrets))
      if (entry.isFile()) found.push(...scanBytes(file, await readFile(file), secrets))
    }
  }
  return found
}

export function scanText(file: string, text: string, secrets: readonly string[]): Finding[] {
  return scanBytes(file, Buffer.from(text, 'utf8'), secrets)
}

export function scanBytes(file: string, bytes: Uint8Array, secrets: readonly string[]): Finding[] {
  const wanted = secrets.map((secret) => [...new Set([secret, secret.trim(), ...secret.split('\n').filter((line) => line.length >= 8 && !line.startsWith('-----'))])].map(asBytes))
  const found = new Map<string, Finding>()
  const look = (text: string, form: string, depth: number): void => {
    wanted.forEach((shapes, secret) => {
      if (shapes.some((shape) => text.includes(shape))) found.set(`${secret} ${form}`, { file, secret, form })
    })
    if (depth === 0) return
    for (const [name, undo] of Object.entries(UNDO)) {
      for (const undone of undo(text)) if (undone !== text) look(undone, form === 'plain' ? name : `${name} in ${form}`, depth - 1)
    }
  }
  const raw = Buffer.from(bytes).toString('latin1')
  look(raw, 'plain', 2)
  for (const [name, open] of Object.entries(OPEN)) {
    const opened = open(bytes)
    if (opened) look(opened.toString('latin1'), name, 1)
  }
  return [...found.values()]
}

/** All texts here are bytes, one character each. */
function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#34': '"', '#39': "'", '#x27': "'", '#x22': '"', '#38': '&' }

const UNDO: Record<string, (text: string) => string[]> = {
  base64: (text) =>
    [text, text.replace(/[ \t]*\r?\n[ \t]*/g, '')].flatMap((whole) =>
      [...whole.matchAll(/[A-Za-z0-9+/_-]{5,}/g)].map(({ 0: run }) => [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')).join('\n')),
    ),
  url: (text) => [text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))), text.replaceAll('+', ' ').replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))],
  json: (text) => [
    text.replace(/\\(u[0-9a-f]{4}|["\\/bfnrt])/gi, (whole, code: string) => {
      if (code.length === 5) return asBytes(String.fromCharCode(Number.parseInt(code.slice(1), 16)))
      const control = 'bfnrt'.indexOf(code)
      return control === -1 ? code : ('\b\f\n\r\t'[control] ?? whole)
    }),
  ],
  html: (text) => [text.replace(/&(amp|lt|gt|quot|apos|#34|#39|#x27|#x22|#38);/gi, (_, name: string) => NAMED[name.toLowerCase()] ?? '')],
  hex: (text) => [...text.matchAll(/[0-9a-f]{8,}/gi)].map(({ 0: run }) => [0, 1].map((skip) => Buffer.from(run.slice(skip), 'hex').toString('latin1')).join('\n')),
  shell: (text) => [text.replaceAll(String.raw`'\''`, "'")],
}

const OPEN: Record<string, (bytes: Uint8Array) => Buffer | undefined> = {
  gzip: (bytes) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? quietly(() => gunzipSync(bytes)) : undefined),
  zlib: (bytes) => (bytes[0] === 0x78 ? quietly(() => inflateSync(bytes)) : undefined),
  zstd: (bytes) => (bytes[0] === 0x28 && bytes[1] === 0xb5 ? quietly(() => zstdDecompressSync(bytes)) : undefined),
}

function quietly(open: () => Buffer): Buffer | undefined {
  try {
    return open()
  } catch {
    // It only looked like a packed file; it was scanned as it is.
    return undefined
  }
}

import type { BackupEntry } from '../../../ports/backup.ts'

/** What restic writes with `--json`: one object per line, of several kinds. Lines that are none of these are for people. */

interface Summary {
  message_type: 'summary'
  snapshot_id: string
  total_bytes_processed: number
}

interface Node {
  struct_type: 'node'
  type: 'file' | 'dir' | 'symlink' | 'dev' | 'chardev' | 'fifo' | 'socket' | 'irregular'
  path: string
  size?: number
}

export function objectIn(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

export function isSummary(found: object): found is Summary {
  return 'message_type' in found && found.message_type === 'summary' && 'snapshot_id' in found
}

export function isNode(found: object): found is Node {
  return 'struct_type' in found && found.struct_type === 'node' && 'path' in found
}

/** `undefined`: a folder above the volumes, which a snapshot also names. */
export function entryOf(node: Node, volumes: string): BackupEntry | undefined {
  if (!node.path.startsWith(`${volumes}/`)) return undefined
  const [volume = '', ...rest] = node.path.slice(volumes.length + 1).split('/')
  const kind = node.type === 'dir' ? 'folder' : node.type === 'symlink' ? 'link' : node.type === 'file' ? 'file' : 'other'
  return { volume, path: rest.join('/') || '.', kind, bytes: kind === 'file' ? (node.size ?? 0) : 0 }
}

/**
 * True when restic could not read something only because it was gone by then: the app runs, and what it removes while it is saved
 * is not part of the backup. The forms of 0.14 (`Err`: the system's number) and of newer versions (a sentence).
 */
export function onlyVanished(lines: string[]): boolean {
  const errors = lines.map(objectIn).filter((found) => found?.message_type === 'error')
  return errors.length > 0 && errors.every((found) => /"Err":2\b|no such file or directory/.test(JSON.stringify(found?.error)))
}

/** A line of `sha256sum`: a stored file of the repository. */
export function storedFile(line: string): { line: string; hash: string; path: string } | undefined {
  const [, hash, path] = /^([0-9a-f]{64}) [ *](\.\/.+)$/.exec(line) ?? []
  return hash && path ? { line, hash, path } : undefined
}

/** restic names what it stores by the hash of its bytes, all but the repository's own settings. */
export function readsBackAsWritten({ hash, path }: { hash: string; path: string }): boolean {
  return path === './config' || path.endsWith(`/${hash}`)
}

import { Buffer } from 'node:buffer'

/**
 * Paths as the file system has them: bytes. A name that is no UTF-8 would come back as another name if it passed through a string.
 */
export type RawPath = Buffer

const SLASH = Buffer.from('/')

export function under(folder: RawPath, name: RawPath): RawPath {
  return Buffer.concat([folder, SLASH, name])
}

/** A relative path below a folder; `.` is the folder itself. */
export function below(folder: RawPath, path: RawPath): RawPath {
  return path.toString() === '.' ? folder : under(folder, path)
}

/** The part after the last slash. */
export function lastName(path: RawPath): RawPath {
  return path.subarray(path.lastIndexOf(0x2f) + 1)
}

/** As JSON can hold it: text where that loses nothing, otherwise hexadecimal digits. */
export type WrittenPath = string | { hex: string }

export function writtenPath(path: RawPath): WrittenPath {
  const text = path.toString()
  return Buffer.from(text).equals(path) ? text : { hex: path.toString('hex') }
}

export function readPath(written: WrittenPath): RawPath {
  return typeof written === 'string' ? Buffer.from(written) : Buffer.from(written.hex, 'hex')
}

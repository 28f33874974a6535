/**
 * Paths as the file system has them: bytes. Kept as strings of one character a byte (latin1), because a name that is no UTF-8 would come back as another
 * one if it were read as text, and because strings are what maps, sorting and JSON are quick with.
 */
export type BytePath = string

const ASCII = /^[\x00-\x7f]*$/

/** What Node's `fs` takes. */
export function fsPath(path: BytePath): string | Buffer {
  return ASCII.test(path) ? path : Buffer.from(path, 'latin1')
}

/** What a C function takes. */
export function cPath(path: BytePath): Buffer {
  return Buffer.from(`${path}\0`, 'latin1')
}

export function bytePath(text: string): BytePath {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}

/** For people: quoted, as UTF-8 where it is that. */
export function shown(path: BytePath): string {
  return JSON.stringify(Buffer.from(path, 'latin1').toString('utf8'))
}

/**
 * The machine that we are on, for putting cc-ci on it and taking it off: files outside our own folders, and systemd.
 *
 * Safe to repeat: all. Each call is done whole or not at all, but for `remove` of a folder.
 * Errors (PortError): `refused` (not ours to write), `not-found`, `unexpected` (a disk).
 */
export interface Machine {
  isRoot(): boolean
  /** Whether systemd runs it. */
  hasSystemd(): boolean
  /** Whether a program of that name is on the usual search path. */
  has(program: string): boolean
  /** Undefined where there is no such file. */
  read(path: string): Promise<string | undefined>
  isThere(path: string): Promise<boolean>
  /** Folders above it are made. */
  write(path: string, text: string, mode: number): Promise<void>
  makeFolder(path: string, mode: number): Promise<void>
  /** Names in a folder, in order; none where it is not there. */
  list(folder: string): Promise<string[]>
  /** Where a link leads, as written in it; undefined where there is none. */
  linkOf(path: string): Promise<string | undefined>
  /** One link instead of another, at one instant. */
  link(path: string, target: string): Promise<void>
  move(from: string, to: string): Promise<void>
  /** A file, a link or a folder with all that is in it. */
  remove(path: string): Promise<void>
  /** An exit code is an answer. */
  systemctl(...args: string[]): Promise<{ code: number | null; out: string; err: string }>
}

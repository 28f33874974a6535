import { readRegularFile } from '../lib/regular-file.ts'
import { PortError } from '../ports/port-error.ts'

/** A file of the host's settings. They were right when they were read; it may be gone since, and can be put back. */
export function textOf(file: string, what = 'The settings name it: put it back, or name another.'): string {
  const read = readRegularFile(file)
  if ('text' in read) return read.text
  throw new PortError('refused', `${file} cannot be read: ${read.trouble}. ${what}`, { againCanHelp: true })
}

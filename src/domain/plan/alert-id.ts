import { fingerprint } from '../../lib/canonical-json.ts'

/** A file's name has room for it, and for what stands around it. */
const LONGEST = 151
const ALERT_ID = /^[A-Za-z0-9][A-Za-z0-9.+-]{0,150}$/

/** An id is a file's name, and a part of other names in which `_` follows it. */
export function isAlertId(text: string): boolean {
  return ALERT_ID.test(text)
}

/** The id of an alert whose name holds words of others, such as a version: as it is where it can be, otherwise told apart by a fingerprint at its end. */
export function alertId(name: string): string {
  if (isAlertId(name)) return name
  const mark = `-${fingerprint(name)}`
  return `${name.replace(/[^A-Za-z0-9.+-]/g, '-').slice(0, LONGEST - mark.length)}${mark}`
}

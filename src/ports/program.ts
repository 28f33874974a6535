/**
 * cc-ci itself, as it runs now: what has to be copied so that it runs elsewhere, its packages and its Node included.
 *
 * Errors (PortError): `not-found` (a package that it needs is not installed), `unexpected` (a disk).
 */
export interface Program {
  /** Its version and a fingerprint of everything that is copied: `0.1.0-3f2a…`. Two that are equal behave alike. */
  id(): Promise<string>
  /** Makes `folder` hold it; `cc-ci` in there starts it. The folder is not there before. */
  copyTo(folder: string): Promise<void>
  /** The first file of a copy in `folder` that is missing, or not as long as it was; undefined: the copy is whole. */
  missingIn(folder: string): Promise<string | undefined>
}

/** A folder of units, as `/etc/systemd/system` has them. Paths are relative, with `/`. */
export interface UnitFolder {
  /** How it is called in messages, e.g. `units`; `''`: paths stand for themselves. */
  name: string
  files: ReadonlyMap<string, string>
  /** Path → where it leads, as written. */
  links: ReadonlyMap<string, string>
}

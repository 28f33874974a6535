/** What a value may be: any of the forms that are given. */
export interface Shape {
  text?: { format?: 'duration' | 'port'; words?: readonly string[] }
  number?: { whole?: true; least?: number; format?: 'port' }
  flag?: true
  /** An empty value: `key:` with nothing behind it. */
  nothing?: true
  list?: { of: Shape; unique?: true }
  map?: MapShape
  /** Minor version that brought the key. */
  since?: number
  /** What to write instead where the type is wrong. */
  mend?: string
}

export interface MapShape {
  /** Keys of the language. */
  keys?: Readonly<Record<string, Shape>>
  /** Keys that the author chooses, and what stands behind each. */
  names?: RegExp
  of?: Shape
  required?: readonly string[]
  /** Minor version since which keys that begin with `x-` are free. */
  extensionsSince?: number
  /** What becomes of keys that are not in `keys`. Default: refused. */
  others?: 'refused' | 'ignored'
  othersSince?: number
  /** Minor version that brought the map form itself. */
  since?: number
}

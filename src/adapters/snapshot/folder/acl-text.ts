const TAGS: Record<number, [name: string, hasId: boolean]> = { 1: ['user', false], 2: ['user', true], 4: ['group', false], 8: ['group', true], 16: ['mask', false], 32: ['other', false] }

/**
 * An access list as the kernel keeps it in an extended attribute (little-endian: a version, then tag, permissions and id of each; acl(5)) in the
 * short text that tar programs exchange, with numeric ids.
 */
export function aclText(value: string): string {
  const bytes = Buffer.from(value, 'latin1')
  const lines: string[] = []
  for (let at = 4; at + 8 <= bytes.length; at += 8) {
    const [name, hasId] = TAGS[bytes.readUInt16LE(at)] ?? ['', false]
    if (name === '') throw new Error(`an access list with the unknown tag ${bytes.readUInt16LE(at)}`)
    const permissions = bytes.readUInt16LE(at + 2)
    const letters = `${permissions & 4 ? 'r' : '-'}${permissions & 2 ? 'w' : '-'}${permissions & 1 ? 'x' : '-'}`
    lines.push(`${name}:${hasId ? bytes.readUInt32LE(at + 4) : ''}:${letters}`)
  }
  return lines.join(',')
}

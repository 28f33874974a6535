import type { StackMount } from '../../model/stack.ts'

const PROPAGATION = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'])

/** `[source:]target[:options]` in its long form; the reason as text where it cannot be read. docker/cli cli/compose/loader/volume.go. */
export function parseMountSpec(spec: string): StackMount | string {
  if (spec === '') return 'it is empty'
  if (new TextEncoder().encode(spec).length <= 2) return { type: 'volume', target: spec }
  const sections = sectionsOf(spec)
  const mount: StackMount = { type: 'volume', target: '' }
  let source = ''
  for (const [index, section] of sections.entries()) {
    const isLast = index === sections.length - 1
    if (section === '') return 'there is nothing between two colons'
    if (source === '' && isLast) mount.target = section
    else if (source === '') source = section
    else if (mount.target === '') mount.target = section
    else if (!isLast) return 'it has too many colons'
    else takeOptions(mount, section)
  }
  if (source !== '') {
    mount.source = source
    if (isPath(source)) mount.type = 'bind'
  }
  return mount
}

function takeOptions(mount: StackMount, options: string): void {
  for (const option of options.split(',')) {
    if (option === 'ro') mount.read_only = true
    else if (option === 'rw') delete mount.read_only
    else if (option === 'nocopy') mount.volume = { nocopy: true }
    else if (PROPAGATION.has(option)) mount.bind = { propagation: option }
  }
}

/** Splits at colons, but not after the letter of a Windows drive. */
function sectionsOf(spec: string): string[] {
  const sections: string[] = []
  let section = ''
  for (const character of spec) {
    if (character === ':' && !/^\p{L}$/u.test(section)) {
      sections.push(section)
      section = ''
    } else section += character
  }
  sections.push(section)
  return sections
}

function isPath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^\p{L}:/u.test(source)
}

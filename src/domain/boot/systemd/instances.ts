import type { UnitFolder } from './unit-folder.ts'

const TEMPLATE = /^([^/@]+)@\.([a-z]+)$/

/** A folder with an instance of each template as a unit file of its own, its specifiers filled in. */
export interface Instances {
  folder: UnitFolder
  /** Instance → the template that it is read from. */
  templateOf: ReadonlyMap<string, string>
}

/** The instances that a link, a drop-in folder or a unit names. `%i`, `%I`, `%j`, `%n`, `%N`, `%p` and `%P` are filled in; other specifiers stay as they are. */
export function withInstances(folder: UnitFolder): Instances {
  const templateOf = new Map<string, string>()
  const templates = [...folder.files.keys()].filter((path) => TEMPLATE.test(path))
  if (templates.length === 0) return { folder, templateOf }
  const files = new Map(folder.files)
  const paths = [...folder.files.keys(), ...folder.links.keys()].join(' ')
  for (const template of templates) {
    const [, prefix = '', kind = ''] = TEMPLATE.exec(template)!
    const name = new RegExp(`(?<![\\w@:.\\\\-])${prefix.replace(/[.\\]/g, '\\$&')}@[^\\s/@%="',;]+\\.${kind}(?![\\w-])`, 'g')
    for (const text of [paths, ...folder.files.values()]) {
      for (const [instance] of text.includes(`${prefix}@`) ? text.matchAll(name) : []) {
        if (files.has(instance) || folder.links.has(instance)) continue
        templateOf.set(instance, template)
        files.set(instance, filledIn(folder.files.get(template)!, instance))
      }
    }
  }
  // What is added to a template or to an instance speaks of the instance as well.
  for (const [path, text] of folder.files) {
    const [, prefix = '', instance = '', kind = '', rest = ''] = /^([^/@]+)@([^/]*)\.([a-z]+)\.d\/(.*)$/.exec(path) ?? []
    if (rest === '') continue
    for (const name of templateOf.keys()) {
      const isOf = instance === '' ? templateOf.get(name) === `${prefix}@.${kind}` : name === `${prefix}@${instance}.${kind}`
      const own = `${name}.d/${rest}`
      if (!isOf || (instance === '' && folder.files.has(own))) continue
      files.set(own, filledIn(text, name))
      if (own !== path) templateOf.set(own, path)
    }
  }
  return { folder: { ...folder, files }, templateOf }
}

function filledIn(text: string, name: string): string {
  const [, stem = '', prefix = '', instance = ''] = /^(([^@]+)@(.*))\.[a-z]+$/.exec(name)!
  const values: Record<string, string> = { i: instance, I: unescaped(instance), n: name, N: stem, p: prefix, P: unescaped(prefix), j: prefix.slice(prefix.lastIndexOf('-') + 1), '%': '%%' }
  return text.replace(/%([iInNpPj%])/g, (_, letter: string) => values[letter]!)
}

function unescaped(text: string): string {
  return text.replaceAll('-', '/').replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

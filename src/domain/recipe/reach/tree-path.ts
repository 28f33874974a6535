import { type RecipeTree, textOf } from '../../model/recipe.ts'

/** Where a path of the recipe leads once every symbolic link on the way is followed (trap 64). */
export type Followed =
  | { leads: 'file'; path: string }
  | { leads: 'folder'; path: string }
  | { leads: 'nowhere' }
  /** It leaves the recipe's folder: by itself (`link` is undefined), or through a link, whose text is `target`. */
  | { leads: 'outside'; link?: string; target: string }
  | { leads: 'in circles'; link: string }

const MOST_LINKS = 40
/** The kernel's. */
const LONGEST_PATH = 4096

/** Follows a path from the recipe's folder as the kernel would, over the tree alone: nothing outside it is ever touched. */
export function followPath(tree: RecipeTree, path: string): Followed {
  if (path.startsWith('/')) return { leads: 'outside', target: path }
  if (path.length > LONGEST_PATH) return { leads: 'nowhere' }
  const ahead = path.split('/')
  const here: string[] = []
  let links = 0
  let lastLink: { link: string; target: string } | undefined
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (here.pop() === undefined) return lastLink ? { leads: 'outside', ...lastLink } : { leads: 'outside', target: path }
      continue
    }
    here.push(part)
    const link = here.join('/')
    const file = tree.files.get(link)
    if (file?.kind !== 'symlink') continue
    links += 1
    if (links > MOST_LINKS) return { leads: 'in circles', link }
    lastLink = { link, target: file.target }
    if (file.target.startsWith('/')) return { leads: 'outside', ...lastLink }
    here.pop()
    ahead.unshift(...file.target.split('/'))
  }
  const end = here.join('/')
  if (tree.files.has(end)) return { leads: 'file', path: end }
  const prefix = end === '' ? '' : `${end}/`
  for (const name of tree.files.keys()) if (name.startsWith(prefix)) return { leads: 'folder', path: end }
  return { leads: 'nowhere' }
}

/** A file's text, links inside the recipe followed; undefined where there is no such file inside. What `readCompose` reads files with. */
export function textInside(tree: RecipeTree, path: string): string | undefined {
  const followed = followPath(tree, path)
  return followed.leads === 'file' ? textOf(tree, followed.path) : undefined
}

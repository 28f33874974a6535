import type { RecipeTree } from '../../model/recipe.ts'
import type { ComposeReading } from '../compose/read.ts'
import { fromRecipe } from '../compose/recipe-path.ts'
import type { Reach } from './refusal.ts'
import { followPath } from './tree-path.ts'

/** How one kind of path is spoken of. */
interface PathKind {
  kind: string
  /** Before the path, in a sentence. */
  what: string
  /** Somebody could read it for us, so the operator may allow it; what is not in the tree, we cannot read ourselves. */
  allowable: boolean
}

/**
 * Every path by which a stack's own files could be somebody else's (trap 64): `file:` of secrets and configs, `env_file`, the compose
 * files themselves, bind mounts of the recipe's files, each with the symbolic links on its way. Root would read what they lead to.
 */
export function reachesOutside({ stack, placeOf, files, envFiles }: ComposeReading, tree: RecipeTree): Reach[] {
  const reaches: Reach[] = []
  for (const section of ['secrets', 'configs'] as const) {
    for (const [key, object] of Object.entries(stack[section])) {
      if (object.file === undefined) continue
      reaches.push(...reachOf(tree, object.file, { kind: 'outside-file', what: `The ${section.slice(0, -1)} \`${key}\` reads`, allowable: true }, placeOf([section, key, 'file'])))
    }
  }
  for (const { service, path, place } of envFiles) reaches.push(...reachOf(tree, path, { kind: 'outside-env-file', what: `The service \`${service}\` reads its environment from`, allowable: false }, place))
  for (const file of files) reaches.push(...reachOf(tree, file, { kind: 'outside-compose-file', what: 'COMPOSE_FILE names', allowable: false }, { file, line: 1, column: 1 }))
  for (const [name, service] of Object.entries(stack.services)) {
    for (const [index, mount] of (service.volumes ?? []).entries()) {
      if (mount.type !== 'bind' || !mount.source?.startsWith('./')) continue
      reaches.push(...reachOf(tree, mount.source, { kind: 'outside-file', what: `The service \`${name}\` mounts`, allowable: true }, placeOf(['services', name, 'volumes', index, 'source'])))
    }
  }
  return reaches
}

/** What one path of a recipe reaches for; nothing where it stays inside. */
export function reachOf(tree: RecipeTree, written: string, { kind, what, allowable }: PathKind, place: Reach['place']): Reach[] {
  const path = fromRecipe(written)
  const followed = followPath(tree, path)
  if (followed.leads === 'in circles') return [{ kind: 'outside-link', place, message: `${what} \`${written}\`, and the link \`${followed.link}\` leads in circles.`, instead: 'Put the file itself into the recipe.' }]
  if (followed.leads !== 'outside') return []
  if (followed.link !== undefined) {
    return [
      {
        kind: 'outside-link',
        place,
        message: `${what} \`${written}\`, and the symbolic link \`${followed.link}\` leads out of the recipe's folder to \`${followed.target}\`.`,
        instead: 'Put the file itself into the recipe.',
        ...(allowable && { allow: `outside-link:${followed.link}->${followed.target}` }),
      },
    ]
  }
  return [{ kind, place, message: `${what} \`${written}\`, which is outside the recipe's folder.`, instead: 'Put the file into the recipe.', ...(allowable && { allow: `outside-file:${path}` }) }]
}

import { canonicalJson } from '../../lib/canonical-json.ts'
import type { ReadRecipe } from '../model/read-recipe.ts'
import type { StackFileObject, StackService } from '../model/stack.ts'
import type { ServiceName } from '../model/app.ts'

/**
 * What an upgrade changes, told apart from what every upgrade changes (its own version in a label). Empty: upgrading tests
 * nothing (trap 26). `contentOf` gives the text of a recipe's file, for configs whose name alone says nothing.
 */
export function whatChanges(base: ReadRecipe, head: ReadRecipe, contentOf: { base(path: string): string | undefined; head(path: string): string | undefined }): string[] {
  const changed: string[] = []
  const names = union(Object.keys(base.stack.services), Object.keys(head.stack.services))
  for (const name of names) {
    const before = base.stack.services[name]
    const after = head.stack.services[name]
    if (!before) changed.push(`service ${name} is new`)
    else if (!after) changed.push(`service ${name} is gone`)
    else {
      if (before.image !== after.image) changed.push(`image of ${name}: ${before.image} → ${after.image}`)
      if (essence(before) !== essence(after)) changed.push(`definition of ${name}`)
      const program = (after['x-local'] as { folder?: string } | undefined)?.folder
      if (program !== undefined && contentOf.base(program) !== contentOf.head(program)) changed.push(`program of ${name}`)
    }
  }
  changed.push(...changedFiles('config', base.stack.configs, head.stack.configs, contentOf))
  changed.push(...changedFiles('secret', base.stack.secrets, head.stack.secrets, contentOf))
  const envBefore = withoutVersion(base.env)
  const envAfter = withoutVersion(head.env)
  if (head.stack.services.app) {
    for (const key of union(Object.keys(envBefore), Object.keys(envAfter))) {
      if (envBefore[key] !== envAfter[key]) changed.push(`setting ${key}`)
    }
  }
  return changed
}

/** Services that the head no longer names: abra leaves them running (trap 31). */
export function orphans(base: ReadRecipe, head: ReadRecipe): ServiceName[] {
  return Object.keys(base.stack.services).filter((name) => !head.stack.services[name])
}

function essence(service: StackService): string {
  const { image: _image, deploy, ...rest } = service
  const labels = Object.fromEntries(Object.entries(deploy?.labels ?? {}).filter(([key]) => !key.startsWith('coop-cloud.')))
  return canonicalJson({ ...rest, deploy: { ...deploy, labels } })
}

function changedFiles(
  kind: string,
  before: Record<string, StackFileObject>,
  after: Record<string, StackFileObject>,
  contentOf: { base(path: string): string | undefined; head(path: string): string | undefined },
): string[] {
  return union(Object.keys(before), Object.keys(after)).flatMap((key) => {
    const a = before[key]
    const b = after[key]
    const same =
      a && b && a.name === b.name && a.template_driver === b.template_driver && (a.file === undefined ? undefined : contentOf.base(a.file)) === (b.file === undefined ? undefined : contentOf.head(b.file))
    return same ? [] : [`${kind} ${key}`]
  })
}

function withoutVersion(env: Record<string, string>): Record<string, string> {
  const { RECIPE: _recipe, TYPE: _type, ...rest } = env
  return rest
}

function union(a: string[], b: string[]): string[] {
  return [...new Set([...a, ...b])].sort()
}

import type { Stack } from '../../model/stack.ts'
import type { Shape } from './shape.ts'
import { COMPOSE_FILE } from './language.ts'
import { isDict } from './origins.ts'
import { versionNeeded } from './version-needed.ts'

/** What abra expects, and what every client since 2019 reads. */
const USUAL_MINOR = 8

/**
 * The stack as a document for `docker stack deploy`, which reads it as exactly this stack: every `$` is doubled, so that nothing is taken
 * for a variable, and the version is the lowest that has all its keys, so that old clients read it, too. JSON is YAML.
 *
 * The caller runs Docker in the recipe's folder (paths of `file:` start there) and with an environment that holds nothing but what Docker
 * itself needs: an empty variable of a service would be filled from it.
 */
export function composeText(stack: Stack): string {
  const document = { ...(withoutRepeats(stack, COMPOSE_FILE) as Stack), version: `3.${Math.max(USUAL_MINOR, versionNeeded(stack, COMPOSE_FILE))}` }
  const escaped = (_key: string, value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll('$', '$$$$')
    return typeof value === 'bigint' ? Number(value) : value
  }
  return `${JSON.stringify(document, escaped, 2)}\n`
}

/** Merging adds lists to each other, and Docker's own check then refuses an item that stands twice. */
function withoutRepeats(value: unknown, shape: Shape | undefined): unknown {
  if (Array.isArray(value)) return shape?.list?.unique ? [...new Map(value.map((item) => [JSON.stringify(item), item])).values()] : value
  const map = shape?.map
  if (!isDict(value) || !map) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutRepeats(item, map.keys?.[key] ?? (map.names?.test(key) ? map.of : undefined))]))
}

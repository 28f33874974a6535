import type { StackMount } from '../model/stack.ts'

/** A volume that a service gets without a name: each new container begins with an empty one. */
export function isNameless({ type, source }: StackMount): boolean {
  return type === 'volume' && source === undefined
}

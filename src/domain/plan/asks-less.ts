import type { ReadyRule } from '../model/recipe-config.ts'
import { isRightStatus } from './answer.ts'

/**
 * Whether an app could meet the head's question and not the base's: a pull request must not become green by asking for less (trap 63). Another path is
 * another question; of one that the operator's own file for the recipe says there is no other in the base.
 */
export function asksLess(base: ReadyRule, head: ReadyRule): boolean {
  if (!base.http) return false
  if (!head.http || head.path !== base.path) return true
  if (base.contains && !head.contains?.includes(base.contains)) return true
  if (head.status.length === 0) return base.status.length > 0
  return !head.status.every((status) => isRightStatus(status, base.status))
}

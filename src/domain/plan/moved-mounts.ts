import type { ServiceName } from '../model/app.ts'
import type { ReadRecipe } from '../model/read-recipe.ts'
import { volumeMounts } from './coverage.ts'

export interface MovedMount {
  volume: string
  /** The one that found it at `from`. */
  service: ServiceName
  from: string
  /** Where the head has it, in that service or, if that has it no more, in others. */
  to: string[]
}

/**
 * Volumes that the head mounts elsewhere than the base: what lies in them is kept, and whether the app still finds it there nobody knows. A service that
 * lets go of a volume moves nothing while another one still has it where it was; a volume that the head mounts nowhere is not moved but lost. Who
 * only reads keeps nothing there.
 */
export function movedMounts(base: Pick<ReadRecipe, 'stack'>, head: Pick<ReadRecipe, 'stack'>): MovedMount[] {
  const before = mountsOf(base).filter(({ isReadOnly }) => !isReadOnly)
  const now = mountsOf(head)
  const stands = (one: Mount) => now.some((other) => other.volume === one.volume && other.service === one.service && other.target === one.target)
  return before.flatMap((one) => {
    const { volume, service, target } = one
    const left = now.filter((other) => other.volume === volume)
    const own = left.filter((other) => other.service === service)
    if (left.length === 0 || own.some((other) => other.target === target)) return []
    if (own.length === 0 && (left.some((other) => other.target === target) || before.some((other) => other.volume === volume && stands(other)))) return []
    return [{ volume, service, from: target, to: [...new Set((own.length > 0 ? own : left).map((other) => other.target))] }]
  })
}

interface Mount {
  volume: string
  service: ServiceName
  target: string
  isReadOnly: boolean
}

function mountsOf(recipe: Pick<ReadRecipe, 'stack'>): Mount[] {
  return Object.keys(recipe.stack.services).flatMap((service) => volumeMounts(recipe, service).map((mount) => ({ volume: mount.source!, service, target: mount.target.replace(/(.)\/+$/, '$1'), isReadOnly: mount.read_only === true })))
}

import type { Place } from '../model/problem.ts'
import type { ImageUse } from '../model/read-recipe.ts'
import type { Stack } from '../model/stack.ts'
import { parseImageReference } from './image-reference.ts'

/** The images that the services run, with everything written out. A name that Docker refuses is left out: the compose reader has said so. */
export function readImages({ stack, placeOf }: { stack: Stack; placeOf(path: Array<string | number>): Place }): ImageUse[] {
  return Object.entries(stack.services).flatMap(([service, { image }]) => {
    const parsed = parseImageReference(image ?? '')
    return 'why' in parsed ? [] : [{ service, image, ...parsed, place: placeOf(['services', service, 'image']) }]
  })
}

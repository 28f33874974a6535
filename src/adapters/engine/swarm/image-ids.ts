import type { Digest } from '../../../domain/model/app.ts'
import { isPortError } from '../../../ports/port-error.ts'
import type { ApiImage } from './api.ts'
import type { Connection } from './connection.ts'

/**
 * A registry names an image by its manifest's digest, a container by the image's id (its configuration's digest). What was asked for
 * and what runs can only be compared as ids, so references are looked up here. An image by id or digest never changes: kept for good.
 */
export interface ImageIds {
  inspect(reference: string): Promise<ApiImage | undefined>
  /** Whether it is on this machine now; never answered from memory. */
  isHere(reference: string): Promise<boolean>
  /** Undefined where the image is not on this machine. */
  idOf(reference: string): Promise<Digest | undefined>
  /** Whether the image itself brings a health check. */
  hasHealthcheck(idOrReference: string): Promise<boolean>
}

export function imageIds(connection: Connection): ImageIds {
  const known = new Map<string, ApiImage>()

  async function inspect(reference: string): Promise<ApiImage | undefined> {
    const fixed = reference.includes('sha256:')
    const before = fixed ? known.get(reference) : undefined
    if (before) return before
    try {
      const image = await connection.call<ApiImage>({ to: `inspecting image ${reference}`, path: `/images/${reference}/json` })
      if (fixed) known.set(reference, image)
      return image
    } catch (error) {
      if (isPortError(error, 'not-found')) return undefined
      throw error
    }
  }

  return {
    inspect,
    async isHere(reference) {
      known.delete(reference)
      return (await inspect(reference)) !== undefined
    },
    idOf: async (reference) => (await inspect(reference))?.Id,
    async hasHealthcheck(reference) {
      const check = (await inspect(reference))?.Config?.Healthcheck?.Test
      return check !== undefined && check !== null && check.length > 0 && check[0] !== 'NONE'
    },
  }
}

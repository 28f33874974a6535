import type { Place } from '../../model/problem.ts'
import type { OrderEdge, UnitName } from '../graph.ts'

export interface Said {
  key: string
  value: string
  place: Place
}

/** A unit on its way to a `BootUnit`. */
export interface Draft {
  name: UnitName
  place: Place
  /** Its own file is not here, only what is added to it: it belongs to the system and comes up by itself. */
  isSystem: boolean
  order: OrderEdge[]
  /** `DefaultDependencies=no`. */
  isBare: boolean
  install: Said[]
  service: Said[]
  /** What a timer, path or socket says that it starts, as written. */
  triggers: string | undefined
  masked: boolean
  /** Paths whose mounts it comes after. */
  mountsFor: Said[]
  slice: Said | undefined
  /** A mount that needs the network. */
  isRemote: boolean
}

export function emptyDraft(name: UnitName, place: Place): Draft {
  return { name, place, isSystem: false, order: [], isBare: false, install: [], service: [], triggers: undefined, masked: false, mountsFor: [], slice: undefined, isRemote: false }
}

import type { Source, Sources } from '../../ports/source.ts'

/**
 * Recipes of several apps are asked for side by side, before the first app is looked after: each is a question to another host. One that does not come is asked for
 * once more when it is its app's turn, for its host may be reached through an app that was down until then.
 */
export function openedAhead(sources: Sources, places: Iterable<string>, signal: AbortSignal): Sources {
  const ahead = new Map<string, Promise<Source | undefined>>()
  for (const place of new Set(places)) ahead.set(place, sources.open(place, signal).catch(() => undefined))
  return { open: async (place, given) => (await ahead.get(place)) ?? (await sources.open(place, given)) }
}

import type { Problem } from '../../model/problem.ts'
import type { RecipeTree } from '../../model/recipe.ts'
import type { ComposeReading } from '../compose/read.ts'
import { reachesForAliases } from './aliases.ts'
import { reachesForAmounts } from './amounts.ts'
import { reachesForHost } from './host.ts'
import { reachesOutside } from './outside.ts'
import { reachesForProxyNames } from './proxy-names.ts'
import { refusals } from './refusal.ts'
import { reachesForRoutes } from './routes.ts'
import { reachesForOthers } from './shared.ts'

/**
 * Everything by which a recipe reaches beyond its own stack and folder, refused before anything is created. Judged on what the files mean
 * (merged, variables replaced), said at the place where it stands. `allow` holds what the operator lets this recipe do: the exact words
 * that each refusal's mend names.
 */
export function refuseReach(given: { reading: ComposeReading; tree: RecipeTree; stackName: string; domain?: string; proxyNetwork: string; allow: string[] }): Problem[] {
  const { reading, tree, stackName, domain, proxyNetwork, allow } = given
  const shared = { ...reading, stackName, proxyNetwork }
  const reaches = [
    ...reachesForHost(reading),
    ...reachesForAmounts(reading),
    ...reachesForOthers(shared),
    ...reachesForAliases(shared),
    ...reachesForProxyNames(shared),
    ...(domain === undefined ? [] : reachesForRoutes({ ...shared, domain })),
    ...reachesOutside(reading, tree),
  ]
  return refusals(reaches, allow)
}

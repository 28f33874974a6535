import type { HostRoute } from '../../../domain/model/engine-state.ts'
import { hostsOf } from '../../../domain/recipe/routers.ts'
import { stackIn } from './labels.ts'
import type { Parts } from './parts.ts'

/** Every host that an HTTP router of any stack's service leads to. What is labelled outside of stacks is nobody's app. */
export async function routes(parts: Parts): Promise<HostRoute[]> {
  return (await parts.lists.services()).flatMap(({ Spec }) => {
    const stack = stackIn(Spec.Labels)
    const rules = Object.entries(Spec.Labels ?? {}).flatMap(([label, rule]) => (/^traefik\.http\.routers\.[^.]+\.rule$/i.test(label) ? [rule] : []))
    return stack === undefined ? [] : rules.flatMap(hostsOf).map((host) => ({ host, stack }))
  })
}

import type { Place, Problem } from '../model/problem.ts'
import type { RouterUse } from '../model/read-recipe.ts'
import type { LabelInput } from './backup-labels.ts'
import { Problems } from './compose/problems.ts'

const ROUTER = /^traefik\.(http|tcp|udp)\.routers\.([^.]+)\.(.+)$/i

/**
 * What the app answers to, from its Traefik labels under `deploy.labels`. `domain` is ours: a recipe whose HTTP routers leave it out cannot be
 * reached by us, nor by an operator at the domain he chose.
 */
export function readRouters({ stack, placeOf, isUnread, domain }: LabelInput & { domain: string | undefined }): { routers: RouterUse[]; problems: Problem[] } {
  const problems = new Problems()
  const routers: RouterUse[] = []
  const places = new Map<RouterUse, Place>()
  for (const [service, { labels, deploy }] of Object.entries(stack.services)) {
    const misplaced = Object.keys(labels ?? {}).find((label) => label.toLowerCase().startsWith('traefik.'))
    if (misplaced !== undefined) problems.warning('routers/labels-not-deployed', placeOf(['services', service, 'labels', misplaced]), `\`${misplaced}\` stands under \`labels\`, where Traefik does not look on a Swarm.`, 'Move it under `deploy.labels`.')
    const given = Object.entries(deploy?.labels ?? {})
    const enable = given.find(([label]) => label.toLowerCase() === 'traefik.enable')?.[1]
    const ours = routersOf(service, given)
    const at = (label: string): Place => placeOf(['services', service, 'deploy', 'labels', label])
    if (enable !== undefined && enable.trim().toLowerCase() !== 'true') continue
    const mayHaveMore = isUnread(`services.${service}.deploy.labels`)
    if (enable === undefined && ours.length > 0 && !mayHaveMore) problems.warning('routers/not-enabled', at(ours[0]!.label), `The service \`${service}\` has routers and lacks \`traefik.enable=true\`: Traefik passes it over.`, 'Add `traefik.enable=true` under `deploy.labels`.')
    for (const { label, use } of ours) {
      const place = at(label)
      const twin = routers.find((other) => other.protocol === use.protocol && other.router === use.router)
      if (twin) problems.warning('routers/twice', place, `The router \`${use.router}\` is defined by \`${service}\` and by \`${twin.service}\`: Traefik drops both.`, 'Give each service a router of its own name, beginning with `${STACK_NAME}`.')
      if (use.protocol !== 'udp' && use.rule === '' && !mayHaveMore) problems.warning('routers/no-rule', place, `The router \`${use.router}\` has no rule: nothing leads to it.`, `Add \`traefik.${use.protocol}.routers.${use.router}.rule=Host(…)\`.`)
      if (use.protocol === 'http' && use.rule !== '' && !mayHaveMore && lacksTls(given, use.router)) problems.warning('routers/no-tls', place, `The router \`${use.router}\` is on \`web-secure\` and says nothing of TLS: unless the proxy's settings do, it answers no request.`, `Add \`traefik.http.routers.${use.router}.tls.certresolver=\${LETS_ENCRYPT_ENV}\`, or \`traefik.http.routers.${use.router}.tls=true\`.`)
      routers.push(use)
      places.set(use, place)
    }
  }
  const http = routers.filter((use) => use.protocol === 'http' && use.rule !== '')
  if (domain !== undefined && http.length > 0 && !isUnread('services') && !http.some((use) => isUnread(`services.${use.service}.deploy.labels`)) && !http.some((use) => use.hosts.includes(domain) || use.hosts.length === 0)) {
    problems.warning('routers/not-our-domain', places.get(http[0]!)!, `No router answers at the app's own domain; the first answers at ${http[0]!.hosts.join(', ')}.`, 'Write Host(`${DOMAIN}`) in the rule.')
  }
  return { routers, problems: problems.list }
}

/** On the entry point that Co-op Cloud's proxy has for TLS, and without it. */
function lacksTls(labels: ReadonlyArray<[string, string]>, router: string): boolean {
  const options = labels.flatMap(([label, value]) => {
    const [, protocol, name, option] = ROUTER.exec(label) ?? []
    return protocol?.toLowerCase() === 'http' && name === router && option !== undefined ? [{ option: option.toLowerCase(), value }] : []
  })
  const isSecure = options.some(({ option, value }) => option === 'entrypoints' && value.split(',').some((name) => name.trim() === 'web-secure'))
  return isSecure && !options.some(({ option, value }) => (option === 'tls' ? value.trim().toLowerCase() !== 'false' : option.startsWith('tls.')))
}

function routersOf(service: string, labels: Array<[string, string]>): Array<{ label: string; use: RouterUse }> {
  const found = new Map<string, { label: string; use: RouterUse }>()
  for (const [label, value] of labels) {
    const [, rawProtocol, router, option] = ROUTER.exec(label) ?? []
    if (rawProtocol === undefined || router === undefined || option === undefined) continue
    const protocol = rawProtocol.toLowerCase() as RouterUse['protocol']
    const key = `${protocol}/${router}`
    const entry = found.get(key) ?? { label, use: { service, router, protocol, rule: '', hosts: [] } }
    found.set(key, entry)
    if (option.toLowerCase() !== 'rule') continue
    entry.label = label
    entry.use.rule = value.trim()
    entry.use.hosts = hostsOf(value)
  }
  return [...found.values()]
}

/**
 * The hosts that a rule names: all of `Host(…)` and `HostSNI(…)`, in either quotes, several in one or joined by `||`. What stands behind `!` is
 * excluded by the rule and no host of it; patterns (`HostRegexp`) name none.
 */
export function hostsOf(rule: string): string[] {
  const hosts = new Set<string>()
  for (const call of rule.matchAll(/(!\s*)?\bHost(?:SNI|Header)?\s*\(/gi)) {
    if (call[1]) continue
    const item = /\s*(?:`([^`]*)`|"([^"]*)"|'([^']*)')\s*(,?)/y
    item.lastIndex = call.index + call[0].length
    for (let found = item.exec(rule); found; found = found[4] ? item.exec(rule) : null) {
      const host = (found[1] ?? found[2] ?? found[3] ?? '').trim()
      if (host !== '') hosts.add(host)
    }
  }
  return [...hosts]
}

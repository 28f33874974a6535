import type { RouterUse, WaysIn } from '../model/read-recipe.ts'
import type { LabelInput } from './backup-labels.ts'

const MIDDLEWARE = /^traefik\.http\.middlewares\.([^.]+)\.(forwardauth\.address|redirectregex\.(?:regex|replacement))$/i

/** The way to the app through the proxy, from its Traefik labels under `deploy.labels`: of the routers that count, each with what stands before its service. */
export function readWaysIn({ stack, placeOf, routers }: Pick<LabelInput, 'stack' | 'placeOf'> & { routers: readonly RouterUse[] }): WaysIn {
  const ways: WaysIn = { routers: [], middlewares: [] }
  for (const [service, { deploy }] of Object.entries(stack.services)) {
    const labels = Object.entries(deploy?.labels ?? {})
    const at = (label: string) => placeOf(['services', service, 'deploy', 'labels', label])
    for (const use of routers.filter((router) => router.service === service && router.protocol === 'http' && router.rule !== '')) {
      const option = (name: string) => labels.find(([label]) => label.toLowerCase() === `traefik.http.routers.${use.router}.${name}`.toLowerCase())
      const [rule] = option('rule') ?? []
      const [label = '', listed = ''] = option('middlewares') ?? []
      const priority = Number(option('priority')?.[1])
      if (rule === undefined) continue
      ways.routers.push({
        name: use.router,
        place: at(rule),
        rule: { text: use.rule, place: at(rule) },
        isProxysOwn: /@internal\s*$/i.test(option('service')?.[1] ?? ''),
        middlewares: listed.split(',').map((name) => name.trim().replace(/@(docker|swarm)$/i, '')).filter((name) => name !== '').map((text) => ({ text, place: at(label) })),
        priority: Number.isInteger(priority) && priority > 0 ? priority : null,
      })
    }
    ways.middlewares.push(...middlewaresOf(labels, at))
  }
  return ways
}

function middlewaresOf(labels: ReadonlyArray<[string, string]>, at: (label: string) => WaysIn['routers'][number]['place']): WaysIn['middlewares'] {
  const found = new Map<string, { label: string; options: Map<string, string> }>()
  for (const [label, value] of labels) {
    const [, name, option] = MIDDLEWARE.exec(label) ?? []
    if (name === undefined || option === undefined) continue
    const entry = found.get(name) ?? { label, options: new Map<string, string>() }
    entry.options.set(option.toLowerCase(), value.trim())
    found.set(name, entry)
  }
  return [...found].flatMap(([name, { label, options }]): WaysIn['middlewares'] => {
    const address = options.get('forwardauth.address')
    if (address !== undefined) return [{ name, place: at(label), kind: 'forward-auth', address }]
    const [when, to] = [options.get('redirectregex.regex'), options.get('redirectregex.replacement')]
    return when !== undefined && to !== undefined ? [{ name, place: at(label), kind: 'redirect', when, to }] : []
  })
}

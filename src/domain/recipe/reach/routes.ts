import { shortened } from '../../../lib/plain-text.ts'
import type { ComposeReading } from '../compose/read.ts'
import type { Reach } from './refusal.ts'
import { type Rule, readRule } from '../router-rule.ts'

/** Entry points that the whole host shares, by the names that people give them. */
const SHARED_ENTRY_POINTS = new Set(['web', 'web-secure', 'websecure', 'http', 'https'])

/**
 * How a stack reaches for other people's pages: the proxy is shared, and a router that answers for more than the app's own domain takes
 * requests away from the platform and from other apps. A rule is safe when every way to fulfil it asks for a host below that domain.
 */
export function reachesForRoutes({ stack, placeOf, stackName, domain }: Pick<ComposeReading, 'stack' | 'placeOf'> & { stackName: string; domain: string }): Reach[] {
  const reaches: Reach[] = []
  for (const [service, { deploy }] of Object.entries(stack.services)) {
    const labels = Object.entries(deploy?.labels ?? {})
    for (const [label, value] of labels) {
      const [, protocol, router, option] = /^traefik\.(http|tcp|udp)\.routers\.([^.]+)\.(rule|service)$/i.exec(label) ?? []
      if (!protocol || !router || !option) continue
      // Each run has a stack of another name; the word holds for all of them.
      const allow = `route:${router.replaceAll(stackName, '${STACK_NAME}')}`
      const place = placeOf(['services', service, 'deploy', 'labels', label])
      if (option.toLowerCase() === 'service') {
        if (/@internal\s*$/i.test(value)) reaches.push({ kind: 'proxy-internal', place, message: `The router \`${router}\` leads to \`${value.trim()}\`, a page of the proxy's own.`, instead: 'Let it lead to a service of the stack.', allow: `proxy-internal:${value.trim()}` })
        continue
      }
      if (protocol.toLowerCase() === 'tcp' && hasOwnEntryPoint(labels, router)) continue
      const reading = readRule(value)
      if ('wrong' in reading) {
        reaches.push({ kind: 'route', place, message: `The rule of the router \`${router}\` cannot be read from letter ${reading.at + 1} on, so nobody can say what it answers for: ${reading.wrong}.`, instead: 'Write it with matchers, `&&`, `||`, `!` and brackets alone.', allow })
        continue
      }
      const { foreign, isOpen } = answersFor(reading.rule, domain)
      const instead = 'Write Host(`${DOMAIN}`) into every alternative of the rule.'
      for (const host of foreign) reaches.push({ kind: 'route', place, message: `The router \`${router}\` answers for \`${host}\`, which is not below the app's own domain.`, instead, allow: `route:${host}` })
      if (isOpen) reaches.push({ kind: 'route', place, message: `The router \`${router}\` answers whatever the host: \`${shortened(value.trim(), 100)}\`.`, instead, allow })
    }
  }
  return reaches
}

/** What a rule answers for beyond the app's own domain: hosts that it names, and everything, where it can be fulfilled without any host. */
function answersFor(rule: Rule, domain: string): { foreign: string[]; isOpen: boolean } {
  const ours = (host: string): boolean => isBelow(host, domain)
  if (needsHost(rule, ours)) return { foreign: [], isOpen: false }
  return { foreign: [...hostsIn(rule)].filter((host) => !ours(host)), isOpen: !needsHost(rule, () => true) }
}

/** True when the rule cannot be fulfilled without one of these hosts. */
function needsHost(rule: Rule, isOne: (host: string) => boolean): boolean {
  if (rule.is === 'either') return rule.parts.every((part) => needsHost(part, isOne))
  if (rule.is === 'both') return rule.parts.some((part) => needsHost(part, isOne))
  return rule.is === 'matcher' && NAMES_HOSTS.has(rule.name) && rule.values.length > 0 && rule.values.every((host) => isOne(host.trim()))
}

const NAMES_HOSTS = new Set(['host', 'hostheader', 'hostsni'])

/** What stands behind a `!` is excluded, and no host of the rule. */
function hostsIn(rule: Rule): Set<string> {
  if (rule.is === 'not') return new Set()
  if (rule.is === 'matcher') return new Set(NAMES_HOSTS.has(rule.name) ? rule.values.map((host) => host.trim()) : [])
  return new Set(rule.parts.flatMap((part) => [...hostsIn(part)]))
}

function isBelow(host: string, domain: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return name === domain.toLowerCase() || name.endsWith(`.${domain.toLowerCase()}`)
}

/** Traefik takes a label in small and large letters for the same: each of them counts. */
function hasOwnEntryPoint(labels: Array<[string, string]>, router: string): boolean {
  const points = labels.filter(([label]) => label.toLowerCase() === `traefik.tcp.routers.${router.toLowerCase()}.entrypoints`)
  const names = points.flatMap(([, names]) => names.split(',').map((name) => name.trim().toLowerCase()))
  return names.length > 0 && names.every((name) => name !== '' && !SHARED_ENTRY_POINTS.has(name))
}

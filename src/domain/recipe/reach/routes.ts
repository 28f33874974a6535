import type { ComposeReading } from '../compose/read.ts'
import { hostsOf } from '../routers.ts'
import type { Reach } from './refusal.ts'

/** Entry points that the whole host shares, by the names that people give them. */
const SHARED_ENTRY_POINTS = new Set(['web', 'web-secure', 'websecure', 'http', 'https'])

/**
 * How a stack reaches for other people's pages: the proxy is shared, and a router that answers for more than the app's own domain takes
 * requests away from the platform and from other apps. A rule is safe when every way to fulfil it asks for a host below that domain.
 */
export function reachesForRoutes({ stack, placeOf, domain }: Pick<ComposeReading, 'stack' | 'placeOf'> & { domain: string }): Reach[] {
  const reaches: Reach[] = []
  for (const [service, { deploy }] of Object.entries(stack.services)) {
    const labels = Object.entries(deploy?.labels ?? {})
    for (const [label, value] of labels) {
      const [, protocol, router, option] = /^traefik\.(http|tcp|udp)\.routers\.([^.]+)\.(rule|service)$/i.exec(label) ?? []
      if (!protocol || !router || !option) continue
      const place = placeOf(['services', service, 'deploy', 'labels', label])
      if (option.toLowerCase() === 'service') {
        if (/@internal\s*$/i.test(value)) reaches.push({ kind: 'proxy-internal', place, message: `The router \`${router}\` leads to \`${value.trim()}\`, a page of the proxy's own.`, instead: 'Let it lead to a service of the stack.', allow: `proxy-internal:${value.trim()}` })
        continue
      }
      if (isRestricted(value, domain) || (protocol.toLowerCase() === 'tcp' && hasOwnEntryPoint(labels, router))) continue
      const foreign = hostsOf(value).filter((host) => !isBelow(host, domain))
      reaches.push({
        kind: 'route',
        place,
        message: foreign.length > 0 ? `The router \`${router}\` answers for \`${foreign.join('`, `')}\`, which is not below the app's own domain.` : `The router \`${router}\` answers whatever the host: \`${value.trim()}\`.`,
        instead: 'Write Host(`${DOMAIN}`) into every alternative of the rule.',
        allow: `route:${foreign[0] ?? router}`,
      })
    }
  }
  return reaches
}

/** True when the rule cannot be fulfilled without one of the app's own hosts. */
function isRestricted(rule: string, domain: string): boolean {
  const text = withoutOuterBrackets(rule.trim())
  const either = split(text, '||')
  if (either.length > 1) return either.every((part) => isRestricted(part, domain))
  const both = split(text, '&&')
  if (both.length > 1) return both.some((part) => isRestricted(part, domain))
  if (!/^Host(SNI|Header)?\s*\(/i.test(text)) return false
  const hosts = hostsOf(text)
  return hosts.length > 0 && hosts.every((host) => isBelow(host, domain))
}

function isBelow(host: string, domain: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return name === domain.toLowerCase() || name.endsWith(`.${domain.toLowerCase()}`)
}

function hasOwnEntryPoint(labels: Array<[string, string]>, router: string): boolean {
  const points = labels.find(([label]) => label.toLowerCase() === `traefik.tcp.routers.${router.toLowerCase()}.entrypoints`)?.[1]
  if (points === undefined) return false
  const names = points.split(',').map((name) => name.trim().toLowerCase())
  return names.length > 0 && names.every((name) => name !== '' && !SHARED_ENTRY_POINTS.has(name))
}

/** At the top level alone: what stands in brackets or quotes is left whole. */
function split(text: string, operator: '||' | '&&'): string[] {
  const parts: string[] = []
  let from = 0
  for (const at of topLevel(text)) {
    if (at < from || !text.startsWith(operator, at)) continue
    parts.push(text.slice(from, at))
    from = at + operator.length
  }
  return [...parts, text.slice(from)]
}

function withoutOuterBrackets(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text
  const inside = topLevel(text)
  // Only the first and the last character lie outside: one pair spans all of it.
  return inside.every((at) => at === 0) ? withoutOuterBrackets(text.slice(1, -1).trim()) : text
}

/** The places outside brackets and quotes. */
function topLevel(text: string): number[] {
  const places: number[] = []
  let depth = 0
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!
    if (quote) {
      if (letter === quote) quote = ''
      continue
    }
    if (letter === '`' || letter === '"' || letter === "'") quote = letter
    else if (letter === '(') {
      if (depth === 0) places.push(at)
      depth += 1
    } else if (letter === ')') depth -= 1
    else if (depth === 0) places.push(at)
  }
  return places
}

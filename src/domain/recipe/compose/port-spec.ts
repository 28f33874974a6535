import { isIpAddress } from '../../../lib/ip-address.ts'
import type { StackPort } from '../../model/stack.ts'

type Protocol = StackPort['protocol']

interface PortSpec {
  /** Published on this address alone; Swarm publishes on all. */
  address: string
  pairs: Array<{ target: number; published: [first: number, last: number] | undefined; protocol: Protocol }>
}

/** `[address:][published:]target[/protocol]` with ranges, as go-connections reads it; the reason as text where it is none. */
export function parsePortSpec(spec: string): PortSpec | string {
  const parts = spec.split(':')
  const container = parts.at(-1) ?? ''
  const published = parts.length > 1 ? (parts.at(-2) ?? '') : ''
  const address = parts.slice(0, -2).join(':').replace(/^\[(.*)\]$/, '$1')
  const [ports = '', protocol = ''] = container.split('/')
  if (address !== '' && !isIpAddress(address)) return `\`${address}\` is no address`
  if (ports === '') return 'there is no port'
  const target = rangeOf(ports)
  if (!target) return `\`${ports}\` is no port or range below 65536`
  const host = published === '' ? undefined : rangeOf(published)
  if (published !== '' && !host) return `\`${published}\` is no port or range below 65536`
  if (host && target[0] !== target[1] && host[1] - host[0] !== target[1] - target[0]) return 'the two ranges have different lengths'
  const known = (protocol || 'tcp').toLowerCase()
  if (known !== 'tcp' && known !== 'udp' && known !== 'sctp') return `\`${protocol}\` is no protocol`
  const pairs: PortSpec['pairs'] = []
  for (let port = target[0]; port <= target[1]; port += 1) {
    const first = host ? host[0] + port - target[0] : 0
    pairs.push({ target: port, published: host && [first, target[0] === target[1] ? host[1] : first], protocol: known })
  }
  return { address, pairs }
}

/** The reason why a text is no port; undefined for a good one. */
export function portSpecMistake(spec: string): string | undefined {
  const result = parsePortSpec(spec)
  return typeof result === 'string' ? result : undefined
}

/** The long forms of one short form: one for each published port, in the order in which Docker's client puts them. */
export function portsOfSpec(spec: PortSpec): StackPort[] {
  const key = (pair: { target: number; protocol: string }) => `${pair.target}/${pair.protocol}`
  const pairs = [...spec.pairs].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  return pairs.flatMap(({ target, published, protocol }) => {
    if (!published) return [{ protocol, target, mode: 'ingress' as const }]
    const [first, last] = published
    return Array.from({ length: last - first + 1 }, (_, i) => ({ protocol, target, published: first + i, mode: 'ingress' as const }))
  })
}

function rangeOf(text: string): [number, number] | undefined {
  const [first, last] = text.split('-').map(portOf)
  if (!text.includes('-')) return first === undefined ? undefined : [first, first]
  return first === undefined || last === undefined || last < first ? undefined : [first, last]
}

function portOf(text: string): number | undefined {
  return /^[0-9]+$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined
}

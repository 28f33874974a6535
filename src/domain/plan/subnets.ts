import type { Subnet, TakenRange } from '../model/network.ts'

/**
 * IPv4 ranges as numbers. What is no IPv4 range (IPv6, an empty text) is undefined everywhere, and collides with nothing: the network that apps and proxy
 * share speaks IPv4.
 */
export interface Range {
  first: number
  last: number
  bits: number
}

/** Where networks of one's own may lie (RFC 1918), in the order in which a free range is looked for. */
const PRIVATE: Subnet[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']

export function rangeOf(subnet: Subnet): Range | undefined {
  const [, ...parts] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(subnet)?.map(Number) ?? []
  const [a, b, c, d, bits] = parts
  if (a === undefined || b === undefined || c === undefined || d === undefined || bits === undefined) return undefined
  if ([a, b, c, d].some((part) => part > 255) || bits > 32) return undefined
  const size = 2 ** (32 - bits)
  const address = ((a * 256 + b) * 256 + c) * 256 + d
  const first = address - (address % size)
  return { first, last: first + size - 1, bits }
}

/** The network's address and its length, however it was written: `10.10.3.4/16` is `10.10.0.0/16`. */
export function subnetOf({ first, bits }: Pick<Range, 'first' | 'bits'>): Subnet {
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${bits}`
}

/** Whether apps may get their addresses from it: private, written by its first address, with at least a dozen to give and no more than a /8. */
export function mayBeShared(subnet: Subnet): boolean {
  const range = rangeOf(subnet)
  return range !== undefined && subnetOf(range) === subnet && range.bits >= 8 && range.bits <= 28 && PRIVATE.some((one) => contains(rangeOf(one)!, range))
}

/** How many addresses a network of these ranges has to give: all but the first and the last of each. Undefined where none is IPv4. */
export function sizeOf(subnets: Subnet[]): number | undefined {
  const ranges = subnets.map(rangeOf).filter((range) => range !== undefined)
  return ranges.length === 0 ? undefined : ranges.reduce((sum, { bits }) => sum + Math.max(0, 2 ** (32 - bits) - 2), 0)
}

/** Everything that the wanted range would stand on, each range once, by whoever says most of it. */
export function collisions(wanted: Subnet, taken: TakenRange[]): TakenRange[] {
  const range = rangeOf(wanted)
  if (!range) return []
  const found = taken.filter(({ subnet }) => {
    const other = rangeOf(subnet)
    return other !== undefined && isOne(other) && overlap(range, other)
  })
  return MOST_TELLING.flatMap((by) => found.filter((one) => one.by === by)).filter((one, index, all) => !all.slice(0, index).some(({ subnet }) => tells(subnet, one)))
}

/** An address of this machine says nothing beside the range in which it lies. */
function tells(subnet: Subnet, { by, subnet: other }: TakenRange): boolean {
  const [known, also] = [rangeOf(subnet)!, rangeOf(other)!]
  return by === 'address' ? contains(known, also) : known.first === also.first && known.bits === also.bits
}

/** A bridge of the engine is a network, an interface and a route at once: the first of these tells what it is. */
const MOST_TELLING: Array<TakenRange['by']> = ['docker-network', 'vpn', 'interface', 'route', 'address-pool', 'address']

/** The next range of the wanted length that nobody holds, from the wanted one upwards, then from the beginning; undefined where all are taken. */
export function freeSubnet(wanted: Subnet, taken: TakenRange[]): Subnet | undefined {
  const range = rangeOf(wanted)
  if (!range) return undefined
  const size = range.last - range.first + 1
  const held = taken.map(({ subnet }) => rangeOf(subnet)).filter((one) => one !== undefined && isOne(one)) as Range[]
  const inOrder = PRIVATE.map((subnet) => rangeOf(subnet)!)
  const places = inOrder.flatMap((block) => (contains(block, range) ? [{ from: range.first, until: block.last }] : [])).concat(inOrder.map(({ first, last }) => ({ from: first, until: last })))
  for (const { from, until } of places) {
    let first = from
    while (first + size - 1 <= until) {
      const inTheWay = held.filter((one) => overlap({ first, last: first + size - 1 }, one))
      if (inTheWay.length === 0) return subnetOf({ first, bits: range.bits })
      // On to the first place after all that is in the way: a step for each range that is held, however small the wanted one.
      first = Math.ceil((Math.max(...inTheWay.map(({ last }) => last)) + 1) / size) * size
    }
  }
  return undefined
}

/** A default route, or the two halves of one as VPNs set them, leads everywhere and takes no range. */
function isOne({ bits }: Range): boolean {
  return bits > 1
}

function overlap(a: Pick<Range, 'first' | 'last'>, b: Pick<Range, 'first' | 'last'>): boolean {
  return a.first <= b.last && b.first <= a.last
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last
}

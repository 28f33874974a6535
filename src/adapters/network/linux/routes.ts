import type { TakenRange } from '../../../domain/model/network.ts'

/**
 * Every route of the kernel, from `/proc/net/fib_trie`: it shows all tables, also those of a VPN (WireGuard and others keep theirs apart, and
 * `/proc/net/route` shows the main one alone). It names no interface: `/proc/net/route` does, for the main table. No tool is needed (trap 40).
 *
 *     Id 51820:
 *       +-- 10.60.0.0/16 2 0 2
 *          |-- 10.60.0.0
 *             /16 link UNICAST
 */
export function routesIn(given: { fibTrie: string; route: string; isTunnel(name: string): boolean }): TakenRange[] {
  const interfaces = interfacesIn(given.route)
  const seen = new Map<string, TakenRange>()
  let table = ''
  let address = ''
  for (const line of given.fibTrie.split('\n')) {
    table = /^(\w.*):$/.exec(line)?.[1] ?? table
    address = /^\s*\|-- ([\d.]+)$/.exec(line)?.[1] ?? address
    const [, bits, type] = /^\s*\/(\d+) \S+ (\S+)/.exec(line) ?? []
    if (bits === undefined || type === undefined || bits === '0' || address.startsWith('127.')) continue
    const subnet = `${address}/${bits}`
    if (type === 'LOCAL') seen.set(subnet, { by: 'address', name: 'an address of this machine', subnet })
    else if (type !== 'BROADCAST' && type !== 'MULTICAST' && type !== 'ANYCAST') {
      // Without rules of their own the kernel keeps the two in one, and shows it under both names.
      const isMain = table === 'Main' || table === 'Local'
      const through = isMain ? interfaces.get(subnet) : undefined
      if (through === undefined) seen.set(subnet, { by: 'route', name: isMain ? 'the main table' : table.replace(/^Id /, 'table '), subnet })
      else seen.set(subnet, { by: given.isTunnel(through.name) ? 'vpn' : through.direct ? 'interface' : 'route', name: through.name, subnet })
    }
  }
  return [...seen.values()]
}

/** By subnet. Addresses stand there as hexadecimal numbers in the machine's own order of bytes, which is little-endian wherever Docker runs. */
function interfacesIn(text: string): Map<string, { name: string; direct: boolean }> {
  const dotted = (hex: string) => hex.match(/../g)!.map((byte) => Number.parseInt(byte, 16)).reverse()
  const rows = text.split('\n').slice(1).map((line) => line.trim().split(/\s+/))
  return new Map(
    rows.flatMap(([name, destination, gateway, , , , , mask]) => {
      // A route that leads nowhere (blackhole, unreachable) stands there with an asterisk.
      if (name === undefined || name === '*' || destination?.length !== 8 || mask?.length !== 8) return []
      const bits = dotted(mask).reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
      return [[`${dotted(destination).join('.')}/${bits}`, { name, direct: gateway === '00000000' }]]
    }),
  )
}

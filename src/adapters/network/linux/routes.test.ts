import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routesIn } from './routes.ts'

/** As a kernel shows them: a card, a bridge of Docker, WireGuard in the main table and in its own, and a route that leads nowhere. */
const FIB_TRIE = `Id 51820:
  +-- 10.60.0.0/16 2 0 2
     |-- 10.60.0.0
        /16 link UNICAST
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     |-- 10.8.0.0
        /24 universe UNICAST
     |-- 10.77.0.0
        /16 universe BLACKHOLE
     +-- 172.17.0.0/16 2 0 2
        |-- 172.17.0.0
           /16 link UNICAST
     |-- 192.0.2.0
        /24 link UNICAST
Local:
  +-- 0.0.0.0/0 3 0 5
     |-- 127.0.0.0
        /8 host LOCAL
     |-- 192.0.2.2
        /32 host LOCAL
     |-- 192.0.2.255
        /32 link BROADCAST
`
const ROUTE = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
wg0	0000080A	0200080A	0003	0	0	0	00FFFFFF	0	0	0
*	00004D0A	00000000	0201	0	0	0	0000FFFF	0	0	0
docker0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
`

test('every table of routes is read, each range with what leads there', () => {
  const taken = routesIn({ fibTrie: FIB_TRIE, route: ROUTE, isTunnel: (name) => name === 'wg0' })
  assert.deepEqual(taken.map(({ by, name, subnet }) => [by, name, subnet]), [
    ['route', 'table 51820', '10.60.0.0/16'],
    ['vpn', 'wg0', '10.8.0.0/24'],
    ['route', 'the main table', '10.77.0.0/16'],
    ['interface', 'docker0', '172.17.0.0/16'],
    ['interface', 'eth0', '192.0.2.0/24'],
    ['address', 'an address of this machine', '192.0.2.2/32'],
  ])
})

test('a kernel that shows nothing takes nothing', () => assert.deepEqual(routesIn({ fibTrie: '', route: '', isTunnel: () => false }), []))

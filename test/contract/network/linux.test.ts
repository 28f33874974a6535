import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TakenRange } from '../../../src/domain/model/network.ts'
import { run } from '../../rig/command.ts'

/** What the kernel shows, in a network namespace of its own: a card, a tunnel, a table of its own as VPNs have one, and a range that is blocked. */
test('every route of the kernel is seen, with what leads there, also in a table that only a VPN looks at', async () => {
  const namespace = `ccci-test-${randomBytes(3).toString('hex')}`
  const ip = (...args: string[]) => run('ip', args)
  await ip('netns', 'add', namespace)
  try {
    for (const line of [
      'link set lo up',
      'link add card0 type veth peer name card1', 'link set card1 up', 'address add 10.77.0.1/24 dev card0', 'link set card0 up',
      'tuntap add mode tun name tun7', 'address add 10.88.0.1/24 dev tun7', 'link set tun7 up',
      'route add 10.99.0.0/16 dev card0 table 51820', 'route add blackhole 10.66.0.0/16', 'route add 10.55.0.0/16 via 10.77.0.9', 'route add default via 10.77.0.9',
    ]) await ip('-netns', namespace, ...line.split(' '))
    // It mounts /sys anew, as that namespace sees it.
    const { stdout } = await ip('netns', 'exec', namespace, process.execPath, join(import.meta.dirname, 'print-ranges.ts'))
    const seen = (JSON.parse(stdout) as TakenRange[]).map(({ by, name, subnet }) => `${by} ${name} ${subnet}`).sort()
    assert.deepEqual(seen, [
      'address an address of this machine 10.77.0.1/32',
      'address an address of this machine 10.88.0.1/32',
      'interface card0 10.77.0.0/24',
      'route card0 10.55.0.0/16',
      'route table 51820 10.99.0.0/16',
      'route the main table 10.66.0.0/16',
      'vpn tun7 10.88.0.0/24',
    ])
  } finally {
    await ip('netns', 'delete', namespace)
  }
})

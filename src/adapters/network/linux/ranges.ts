import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HostRanges } from '../../../ports/network.ts'
import { routesIn } from './routes.ts'

/** Kinds of interface that lead through a tunnel, by the kernel's numbers (`ARPHRD_…`): PPP, IP in IP (also version 6), SIT, GRE, and those without any header. */
const TUNNELS = new Set(['512', '768', '769', '776', '778', '823', '65534'])

/** The routes of this machine. Of an engine elsewhere, or on a system without them, nothing is known. `folders`: where the kernel shows things, for tests. */
export function linuxRanges({ dockerHost, folders = { proc: '/proc/net', sys: '/sys/class/net' } }: { dockerHost: string; folders?: { proc: string; sys: string } }): HostRanges {
  const read = (...path: string[]) => {
    const file = join(...path)
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
  // A tap of a VPN looks like any other card, and only the tun driver tells.
  const isTunnel = (name: string) => TUNNELS.has(read(folders.sys, name, 'type').trim()) || existsSync(join(folders.sys, name, 'tun_flags'))
  return {
    async taken() {
      if (!dockerHost.startsWith('unix://')) return []
      return routesIn({ fibTrie: read(folders.proc, 'fib_trie'), route: read(folders.proc, 'route'), isTunnel })
    },
  }
}

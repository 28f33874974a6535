import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { RigError, run } from '../command.ts'
import { findDaemon, startDaemon, stopDaemon } from '../daemon.ts'
import { docker } from '../docker.ts'
import { isRoot, processesOnOurNetwork, searchPath, whereIs } from '../host.ts'
import type { Part, Rig } from '../part.ts'
import type { Places } from '../places.ts'
import { addresses, ports, rigLabel } from '../places.ts'

/**
 * A Docker engine of our own: own data, socket, containerd, bridge and address pools. A system engine's containers and images are never
 * seen by it. What two engines on one machine do share is the kernel's firewall table, which each rewrites when it starts: so where
 * another engine runs, ours refuses to.
 */
export const engine: Part = {
  name: 'engine',
  is: 'Docker engine with its own data',
  needs: ['packages'],
  byDefault: true,

  async up(rig) {
    const { places } = rig
    if (await findDaemon(places.engine)) return await awaitEngine(places)
    if (!isRoot()) throw new RigError('a Docker engine needs root: run this as root')
    refuseLongSocket(places)
    refuseBesideAnother()
    await mkdir(places.engine, { recursive: true })
    await mkdir(places.dockerConfig, { recursive: true })
    // Left by an engine that was killed; its number may belong to somebody else by now, and the engine would refuse to start.
    await rm(join(places.engine, 'pid'), { force: true })
    const tools = await firewallTools(rig)
    await makeBridge(rig)
    await announceForwarding(rig)
    await startDaemon({ ...engineDaemon(places, tools), serves: async () => ((await answers(places)) ? true : undefined) })
    await makeGateway(places)
  },

  async state({ places }) {
    const version = await answers(places)
    return version ? { up: true, version, where: `unix://${places.socket}` } : { up: false }
  },

  async down({ places }) {
    await stopDaemon({ name: 'the engine', folder: places.engine, stopWithinMs: 60_000 })
    await unmountLeftOvers(places)
    if (isRoot()) await run('ip', ['link', 'delete', addresses.bridge], { mayExit: [1], env: { PATH: searchPath().join(':') } })
  },
}

/** An engine that was killed before leaves mounts behind that the next one does not know; nobody could remove the cache with them in it. */
async function unmountLeftOvers(places: Places): Promise<void> {
  if (processesOnOurNetwork('dockerd').length > 0) return
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').map((line) => line.split(' ')[4] ?? '')
  const ours = mounts.filter((point) => point.startsWith(`${places.engine}/`)).reverse()
  for (const point of ours) await run('umount', [point], { mayExit: [1, 32] })
}

function engineDaemon(places: Places, tools: string[]) {
  return {
    name: 'the engine',
    folder: places.engine,
    command: whereIs('dockerd')!,
    args: [
      '--data-root', join(places.engine, 'data'),
      '--exec-root', join(places.engine, 'run'),
      '--pidfile', join(places.engine, 'pid'),
      '--host', `unix://${places.socket}`,
      '--bridge', addresses.bridge,
      '--default-address-pool', `base=${addresses.localPool},size=24`,
      '--registry-mirror', `http://127.0.0.1:${ports.registry}`,
      '--insecure-registry', '127.0.0.0/8',
      '--label', `${rigLabel}=engine`,
      '--log-level', 'warn',
    ],
    env: { PATH: [...tools, ...searchPath()].join(':'), HOME: places.engine },
    startWithinMs: 60_000,
    stopWithinMs: 60_000,
  }
}

async function awaitEngine(places: Places): Promise<void> {
  await startDaemon({ ...engineDaemon(places, []), serves: async () => ((await answers(places)) ? true : undefined) })
}

async function answers(places: Places): Promise<string | undefined> {
  if (!existsSync(places.socket)) return undefined
  const { code, stdout } = await docker(places, ['version', '--format', '{{.Server.Version}}'], { mayExit: [1] })
  return code === 0 ? stdout.trim() : undefined
}

/** The kernel's limit for the path of a socket, with room for the longest name that the engine makes under its folder. */
function refuseLongSocket(places: Places): void {
  const longest = join(places.engine, 'run/containerd/containerd-debug.sock')
  if (longest.length > 107) throw new RigError(`the cache's path is too long for the engine's sockets (${longest.length} of 107 characters): point CCCI_CACHE at a shorter one`)
}

function refuseBesideAnother(): void {
  const other = processesOnOurNetwork('dockerd')[0]
  if (other) throw new RigError(`another Docker engine runs on this machine (pid ${other.pid}): two would rewrite each other's firewall rules. Stop that one first, or use a machine of its own for the rig`)
}

/**
 * iptables speaks to one of two kernel interfaces, and a kernel may have just one. Where the system's choice does not work, the engine
 * gets the other one by its own PATH; the machine's choice stays as it is.
 */
async function firewallTools({ places, says }: Rig): Promise<string[]> {
  const works = async (program: string) => (await run(program, ['-t', 'nat', '-L', '-n'], { mayExit: [1, 2, 3, 4], env: { PATH: searchPath().join(':') } })).code === 0
  if (await works('iptables')) return []
  for (const kind of ['legacy', 'nft']) {
    const program = whereIs(`iptables-${kind}`)
    if (!program || !(await works(program))) continue
    const folder = join(places.engine, 'tools')
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    await symlink(program, join(folder, 'iptables'))
    says(`the system's iptables does not work on this kernel: the engine uses iptables-${kind}`)
    return [folder]
  }
  throw new RigError('iptables works on this kernel neither as legacy nor as nft: the engine cannot make its networks')
}

async function makeBridge({ says }: Rig): Promise<void> {
  const ip = async (...args: string[]) => await run('ip', args, { mayExit: [1, 2], env: { PATH: searchPath().join(':') } })
  if ((await ip('link', 'show', addresses.bridge)).code === 0) return
  says(`making the network bridge ${addresses.bridge} (${addresses.bridgeAddress}) on this machine`)
  for (const args of [['link', 'add', addresses.bridge, 'type', 'bridge'], ['address', 'add', addresses.bridgeAddress, 'dev', addresses.bridge], ['link', 'set', addresses.bridge, 'up']]) {
    const { code, stderr } = await ip(...args)
    if (code !== 0) throw new RigError(`ip ${args.join(' ')}: ${stderr.trim()}`)
  }
}

async function announceForwarding({ says }: Rig): Promise<void> {
  const now = await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8')
  if (now.trim() === '0') says('the engine switches IP forwarding on for this machine (net.ipv4.ip_forward=1, and the FORWARD chain drops by default)')
}

/** Made before the Swarm makes it by itself: with our own bridge name, and published ports on the loopback address only. */
async function makeGateway(places: Places): Promise<void> {
  const { code } = await docker(places, ['network', 'inspect', 'docker_gwbridge'], { mayExit: [1] })
  if (code === 0) return
  await docker(places, [
    'network', 'create', '--driver', 'bridge', '--subnet', addresses.gatewaySubnet, '--label', `${rigLabel}=gateway`,
    '--opt', `com.docker.network.bridge.name=${addresses.gateway}`,
    '--opt', 'com.docker.network.bridge.enable_icc=false',
    '--opt', 'com.docker.network.bridge.enable_ip_masquerade=true',
    '--opt', 'com.docker.network.bridge.host_binding_ipv4=127.0.0.1',
    'docker_gwbridge',
  ])
}

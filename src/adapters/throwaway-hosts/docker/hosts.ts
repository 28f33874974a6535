import { createHash } from 'node:crypto'
import type { Clock } from '../../../ports/clock.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { Processes } from '../../../ports/process.ts'
import type { ThrowawayHost, ThrowawayHosts } from '../../../ports/throwaway-hosts.ts'
import { type Client, clientOf } from './client.ts'

/** On everything that is made for a host; its value is the host's name. */
const LABEL = 'cc-ci.throwaway-host'

/** ms */
const LIMIT = { build: 15 * 60_000, load: 10 * 60_000, start: 60_000, stop: 90_000 }

/** Where the machine's control groups (v1) are while a host begins. */
const MACHINES_CGROUPS = '/run/machine-cgroups'

/** Docker's own read-only view away, or the engine inside takes it for the tree; links (`cpu` → `cpu,cpuacct`) as they are, what is mounted bound, all else left behind. */
const INIT_WITH_OWN_CGROUPS = `
umount --recursive --lazy /sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
for tree in ${MACHINES_CGROUPS}/*; do
  own=/sys/fs/cgroup/\${tree##*/}
  if [ -L "$tree" ]; then cp -P "$tree" "$own"
  elif mountpoint -q "$tree"; then mkdir "$own"; mount --bind "$tree" "$own"; fi
done
umount --recursive --lazy ${MACHINES_CGROUPS}
while read -r name hierarchy rest; do
  case $name in '#'*) ;; *) mountpoint -q "/sys/fs/cgroup/$name" || continue ;; esac
  printf '%s\\t%s\\t%s\\n' "$name" "$hierarchy" "$rest"
done < /proc/cgroups > /run/controllers
mount --bind /run/controllers /proc/cgroups
exec /sbin/init`

/**
 * Throw-away hosts as containers: systemd is process 1, and its engine keeps its data in a volume. The network is one of its own with no way out, so that
 * a registry, a name server or a repository elsewhere cannot help a boot along.
 *
 * INVARIANTS
 * - A host has every capability but that of raising resource limits, which many machines do not have to give; `--privileged` fails there.
 * - systemd needs a control group tree that it may write to: on cgroup v2 that of the machine, because a private one is read-only. On v1 it gets the controllers
 *   that are mounted on the machine, below a folder of its own, and hears of no others: those it would mount, and over a controller that is mounted nowhere on the
 *   machine its engine stumbles when it measures containers ("cannot find cgroup mount destination").
 */
export function dockerThrowawayHosts(given: { processes: Processes; clientPath: string; dockerHost: string; clock: Clock }): ThrowawayHosts {
  const client = clientOf({ processes: given.processes, path: given.clientPath, dockerHost: given.dockerHost })
  const { clock } = given
  return {
    async image(wanted, signal) {
      if ('named' in wanted) {
        await seeToImage(client, wanted.named, signal)
        return wanted.named
      }
      const name = `cc-ci-throwaway-host:${createHash('sha256').update(wanted.dockerfile).digest('hex').slice(0, 12)}`
      if (!(await hasImage(client, name, signal))) await client('building the image for throw-away hosts', ['build', '--quiet', '--label', `${LABEL}=image`, '--tag', name, '-'], { stdin: wanted.dockerfile, signal, timeoutMs: LIMIT.build })
      return name
    },
    async make({ name, image }) {
      const label = ['--label', `${LABEL}=${name}`]
      await client(`making the network of the host ${name}`, ['network', 'create', '--internal', ...label, name])
      await client(`making the disk of the host ${name}`, ['volume', 'create', ...label, name])
      const isUnified = (await client('asking the engine for its control groups', ['info', '--format', '{{.CgroupVersion}}'])) === '2'
      const cgroups = isUnified ? ['--cgroupns', 'host', '--volume', '/sys/fs/cgroup:/sys/fs/cgroup:rw'] : ['--volume', `/sys/fs/cgroup:${MACHINES_CGROUPS}:rw`]
      const init = isUnified ? ['/sbin/init'] : ['/bin/sh', '-euc', INIT_WITH_OWN_CGROUPS]
      await client(`making the host ${name}`, [
        'create', '--name', name, '--hostname', name, ...label, '--network', name,
        '--cap-add', 'ALL', '--cap-drop', 'SYS_RESOURCE', '--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined', ...cgroups,
        '--volume', `${name}:/var/lib/docker`, '--tmpfs', '/run', '--tmpfs', '/run/lock', '--tmpfs', '/tmp',
        '--env', 'container=docker', '--stop-signal', 'SIGRTMIN+3', '--stop-timeout', String(LIMIT.stop / 1_000), image, ...init,
      ])
      return hostOf(name, { client, clock })
    },
    async list() {
      const listed = await client('listing the throw-away hosts', ['ps', '--all', '--filter', `label=${LABEL}`, '--format', '{{.Names}}'])
      return listed.split('\n').filter(Boolean).sort()
    },
    async remove(name) {
      for (const [kind, list, remove] of [
        ['host', ['ps', '--all', '--quiet'], ['rm', '--force', '--volumes']],
        ['disk', ['volume', 'ls', '--quiet'], ['volume', 'rm']],
        ['network', ['network', 'ls', '--quiet'], ['network', 'rm']],
      ] as const) {
        const ids = (await client(`looking for the ${kind} of ${name}`, [...list, '--filter', `label=${LABEL}=${name}`])).split('\n').filter(Boolean)
        if (ids.length > 0) await client(`removing the ${kind} of ${name}`, [...remove, ...ids], { timeoutMs: LIMIT.stop })
      }
    },
  }
}

async function hasImage(client: Client, image: string, signal: AbortSignal): Promise<boolean> {
  return (await client.ask(['image', 'inspect', '--format', '{{.Id}}', image], { signal })).exitCode === 0
}

async function seeToImage(client: Client, image: string, signal: AbortSignal): Promise<void> {
  if (!(await hasImage(client, image, signal))) await client(`fetching ${image} for throw-away hosts`, ['pull', '--quiet', image], { signal, timeoutMs: LIMIT.build })
}

function hostOf(name: string, { client, clock }: { client: Client; clock: Clock }): ThrowawayHost {
  return {
    name,
    async start(signal) {
      await client(`switching ${name} on`, ['start', name], { signal })
      const until = clock.monotonic() + LIMIT.start
      for (let pace = 50; ; pace = Math.min(pace * 1.5, 500)) {
        const { exitCode, stderr } = await client.ask(['exec', name, 'systemctl', 'show', '--property=Version'], { signal })
        if (exitCode === 0) return
        if (signal.aborted) throw new PortError('timeout', `switching ${name} on: given up.`)
        if (clock.monotonic() > until) throw new PortError('timeout', `switching ${name} on: its systemd takes no commands after ${LIMIT.start / 1_000} s: ${stderr.trim()}`)
        await clock.pause(pace, signal)
      }
    },
    async stop() {
      await client(`switching ${name} off`, ['stop', name], { timeoutMs: LIMIT.stop + 30_000 })
    },
    async run(argv, { signal, timeoutMs, stdin }) {
      const { exitCode, stdout, stderr } = await client.ask(['exec', ...(stdin === undefined ? [] : ['--interactive']), name, ...argv], { signal, timeoutMs, ...(stdin !== undefined && { stdin }) })
      return { code: exitCode, out: stdout, err: stderr }
    },
    async put(folder, into) {
      await client(`making ${into} on ${name}`, ['exec', name, 'mkdir', '-p', into])
      await client(`copying ${folder} to ${name}`, ['cp', `${folder}/.`, `${name}:${into}`], { timeoutMs: LIMIT.load })
    },
    async load(images, signal) {
      for (const image of images) await seeToImage(client, image, signal)
      await client.pipe(`bringing images to ${name}`, 'host=$1; shift; "$client" save "$@" | "$client" exec --interactive "$host" docker load --quiet', [name, ...images], { signal, timeoutMs: LIMIT.load })
      for (const image of images) await client(`looking for ${image} on ${name}`, ['exec', name, 'docker', 'image', 'inspect', '--format', '{{.Id}}', image], { signal })
    },
  }
}

/**
 * The image of a throw-away host: a whole Debian with systemd and its own Docker engine, and a registry that stands in for Docker Hub, so that what is
 * deployed in it is pulled, has a digest, and can be pulled no longer when the registry is stopped.
 */

export const HOST_RELEASE = 'bookworm'

export const HOST_PACKAGES: readonly string[] = ['systemd', 'systemd-sysv', 'docker.io', 'docker-registry', 'iptables', 'iproute2', 'git', 'openssl', 'curl', 'ca-certificates']

/** Where its registry listens, and what names of Docker Hub begin with there. */
export const HOST_REGISTRY = '127.0.0.1:5000'

/** Text of small files, by path. */
const FILES: Record<string, string> = {
  '/etc/docker/daemon.json': `{ "registry-mirrors": ["http://${HOST_REGISTRY}"] }\n`,
  '/etc/docker/registry/config.yml': `version: 0.1\nlog: { level: warn, accesslog: { disabled: true } }\nstorage:\n  filesystem: { rootdirectory: /var/lib/docker-registry }\n  delete: { enabled: true }\nhttp: { addr: "${HOST_REGISTRY}" }\n`,
  // Its journal is asked for after a boot, too.
  '/etc/systemd/journald.conf.d/kept.conf': '[Journal]\nStorage=persistent\n',
  // A kernel may have one of the two firewall interfaces only.
  '/etc/systemd/system/docker.service.d/firewall.conf': '[Service]\nExecStartPre=/bin/sh -c "iptables -t nat -L -n >/dev/null 2>&1 || update-alternatives --set iptables /usr/sbin/iptables-legacy"\n',
}

/** Units of a machine that a container is not. */
const MASKED = ['systemd-udevd.service', 'systemd-udev-trigger.service', 'systemd-udevd-control.socket', 'systemd-udevd-kernel.socket', 'systemd-timesyncd.service', 'console-getty.service', 'getty@tty1.service', 'e2scrub_reap.service', 'e2scrub_all.timer', 'apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'fstrim.timer']

/** Makes a host of a Debian in which {@link HOST_PACKAGES} are installed: shell lines without a single quote's trouble. */
export function hostScript(): string {
  const files = Object.entries(FILES).map(([path, text]) => `mkdir -p ${path.slice(0, path.lastIndexOf('/'))}\ncat > ${path} <<'END'\n${text}END`)
  return [
    ...files,
    `systemctl mask ${MASKED.join(' ')}`,
    'systemctl set-default multi-user.target',
    'systemctl enable docker.service docker-registry.service',
    // The id is made anew in each host.
    ': > /etc/machine-id',
    '',
  ].join('\n')
}

/** For `docker build` where no image is named: needs Debian's archive. */
export function hostDockerfile(): string {
  const script = [`apt-get -qq update`, `DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends ${HOST_PACKAGES.join(' ')}`, 'rm -rf /var/lib/apt/lists/*', hostScript()].join('\n')
  // A RUN is one line: the script goes through as a list of arguments, whatever is in it.
  return `FROM debian:${HOST_RELEASE}-slim\nRUN ${JSON.stringify(['sh', '-euc', script])}\nCMD ["/sbin/init"]\nSTOPSIGNAL SIGRTMIN+3\n`
}

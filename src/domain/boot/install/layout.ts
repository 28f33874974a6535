import type { Installation } from '../systemd/render.ts'

/** Where cc-ci lies on a host that it is installed on. Everything of it is in these places and nowhere else. */
export const LAYOUT = {
  /** A folder for each version, and the link `current` to the one that is used. */
  library: '/usr/local/lib/cc-ci',
  command: '/usr/local/bin/cc-ci',
  etc: '/etc/cc-ci',
  settings: '/etc/cc-ci/settings.yml',
  environment: '/etc/cc-ci/environment',
  state: '/var/lib/cc-ci',
  cache: '/var/cache/cc-ci',
  /** Of the machine as a whole; gone with the next boot. */
  locks: '/run/cc-ci',
  units: '/etc/systemd/system',
} as const

/** What units need to know of such a host. root: volumes are read and put back as they lie on the disk, and who may talk to Docker is root anyway. */
export const INSTALLATION: Installation = { program: LAYOUT.command, stateFolder: LAYOUT.state, cacheFolder: LAYOUT.cache, settingsFile: LAYOUT.settings, user: null }

/** What cc-ci and all that it starts find in their environment, however it was started (trap 40). */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  CCCI_STATE: LAYOUT.state,
  CCCI_CACHE: LAYOUT.cache,
  CCCI_SETTINGS: LAYOUT.settings,
  // Where the program lies nothing may be written to.
  NODE_COMPILE_CACHE: `${LAYOUT.cache}/compile`,
}

/** What may come through from whoever starts it: how to speak to a terminal, and how to speak to systemd. */
const PASSED_ON = ['TERM', 'COLUMNS', 'NO_COLOR', 'FORCE_COLOR', 'NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID', 'INVOCATION_ID', 'JOURNAL_STREAM']

/** First line of every file that `host install` writes and may write over. */
export const WRITTEN_BY = '# Written by cc-ci host install, and written again by the next one.'

/** Lines that both a shell and systemd's EnvironmentFile= read. */
export function environmentText(): string {
  return `${WRITTEN_BY}\n${Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}\n`).join('')}`
}

/** The command of an installed host: a shell, a timer and a unit start this, and it begins with the same environment for all of them. */
export function commandText(): string {
  return `#!/bin/sh
${WRITTEN_BY}
set -eu
if [ "$(id -u)" -ne 0 ]; then
  echo 'cc-ci: on this host it runs as root: sudo cc-ci …' >&2
  exit 2
fi
. ${LAYOUT.environment}
exec /usr/bin/env -i ${PASSED_ON.map((name) => `\${${name}+"${name}=$${name}"}`).join(' ')} \\
  ${Object.keys(ENVIRONMENT).map((name) => `"${name}=$${name}"`).join(' ')} \\
  ${LAYOUT.library}/current/cc-ci "$@"
`
}

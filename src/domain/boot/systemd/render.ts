import { type HostBoot, type HostTimer, type HostUnit, timersOfHost, unitsOfHost } from '../host-units.ts'

/** What every unit needs to know of the host. Paths are absolute. */
export interface Installation {
  /** The cc-ci program. */
  program: string
  stateFolder: string
  cacheFolder: string
  settingsFile: string
  /** Who runs it, with access to Docker; null: root. */
  user: string | null
}

/** Tools are found the same way however cc-ci is started: by systemd, by a timer or by a person (trap 40). */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

type Section = [name: string, settings: Array<[key: string, value: string]>]

/**
 * The units of a host as systemd's: a service for each, ordered as {@link unitsOfHost} says, one target that brings them up, and a timer for each thing that is
 * looked after by the clock. File name → text; the same settings give the same bytes.
 */
export function renderUnits(host: HostBoot, installation: Installation): Map<string, string> {
  const files = new Map<string, string>()
  const units = unitsOfHost(host)
  for (const unit of units) files.set(serviceOf(unit.name), textOf(unitService(unit, installation)))
  files.set('cc-ci.target', textOf([
    ['Unit', [['Description', 'What cc-ci keeps up'], ...units.map(({ name }): [string, string] => ['Wants', serviceOf(name)])]],
    ['Install', [['WantedBy', 'multi-user.target']]],
  ]))
  for (const timer of timersOfHost(host)) {
    files.set(serviceOf(timer.name), textOf(timerService(timer, installation)))
    files.set(`cc-ci-${timer.name}.timer`, textOf([
      ['Unit', [['Description', `cc-ci ${timer.says}`]]],
      ['Timer', [['OnCalendar', timer.at], ['RandomizedDelaySec', timer.spread], ['Persistent', 'yes']]],
      ['Install', [['WantedBy', 'timers.target']]],
    ]))
  }
  return files
}

export function serviceOf(unit: string): string {
  return `cc-ci-${unit}.service`
}

/** What a unit is in words, and how it is started. */
function startOf({ name, work, limitMs }: HostUnit, installation: Installation): { says: string; service: Array<[string, string]> } {
  const command = (...words: string[]) => commandLine([installation.program, ...words])
  // Its exit code speaks of the boot alone: that nobody knows of a newer release, say, holds nobody up who comes after it.
  const once: Array<[string, string]> = [['Type', 'oneshot'], ['RemainAfterExit', 'yes'], ['ExecStart', command('boot', 'up', '--only', name)]]
  switch (work.is) {
    case 'swarm':
      return { says: 'this machine is in a Swarm', service: once }
    case 'networks':
      return { says: 'the network that apps and proxy share', service: once }
    case 'app':
      return { says: `${name}, up behind its gate`, service: once }
    case 'server':
      return {
        says: 'health, alerts and reports',
        service: [
          ['Type', 'exec'],
          ['ExecStart', command('server')],
          // It is up once it answers, not once it was started.
          ['ExecStartPost', command('server', '--ready', '--within', String(Math.ceil(limitMs / 1000)))],
          ['Restart', 'on-failure'],
          ['RestartSec', '2s'],
        ],
      }
  }
}

function unitService(unit: HostUnit, installation: Installation): Section[] {
  const { says, service } = startOf(unit, installation)
  // The server speaks of a host whose engine is ill, too.
  const needsDocker = unit.work.is !== 'server'
  return [
    ['Unit', [
      ['Description', `cc-ci: ${says}`],
      ...(needsDocker ? [['Requires', 'docker.service']] as Array<[string, string]> : []),
      ['Wants', 'network-online.target'],
      ['After', needsDocker ? 'docker.service network-online.target' : 'network-online.target'],
      // Who waits for one that cannot come up fails at once, with that as the cause (trap 14).
      ...unit.requires.flatMap((other): Array<[string, string]> => [['Requires', serviceOf(other)], ['After', serviceOf(other)]]),
      // Comes after these, whatever became of them.
      ...unit.after.map((other): [string, string] => ['After', serviceOf(other)]),
    ]],
    ['Service', [
      ...service,
      ...asAStart(installation, unit.limitMs),
      // Who is stopped in the middle goes back first, and has as long for it as a rollback may take (trap 12).
      ['TimeoutStopSec', `${Math.ceil(unit.graceMs / 1000)}s`],
    ]],
  ]
}

function timerService({ says, command, after, limitMs }: HostTimer, installation: Installation): Section[] {
  const needsDocker = after.length > 0
  return [
    ['Unit', [['Description', `cc-ci ${says}`], ...(needsDocker ? [['Requires', 'docker.service'], ['After', ['docker.service', ...after.map(serviceOf)].join(' ')]] as Array<[string, string]> : [])]],
    ['Service', [
      ['Type', 'oneshot'],
      ['ExecStart', commandLine([installation.program, ...command])],
      ...asAStart(installation, limitMs),
    ]],
  ]
}

/** What every start has in common: its limit, its environment, and what it may touch. */
function asAStart({ stateFolder, cacheFolder, settingsFile, user }: Installation, limitMs: number): Array<[string, string]> {
  return [
    // Deploy, gate and rollback fit into it: the settings are refused otherwise (trap 12).
    ['TimeoutStartSec', `${Math.ceil(limitMs / 1000)}s`],
    // 1: the release did not do, and the one before is up and passed its gate; an alert tells. All others are failures (trap 2).
    ['SuccessExitStatus', '1'],
    ...(user === null ? [] : [['User', user], ['SupplementaryGroups', 'docker']] as Array<[string, string]>),
    ['Environment', quoted(`PATH=${PATH}`)],
    ['Environment', quoted(`CCCI_STATE=${stateFolder}`)],
    ['Environment', quoted(`CCCI_CACHE=${cacheFolder}`)],
    ['Environment', quoted(`CCCI_SETTINGS=${settingsFile}`)],
    ...writable(stateFolder, '/var/lib/', 'StateDirectory'),
    ...writable(cacheFolder, '/var/cache/', 'CacheDirectory'),
    ['ProtectSystem', 'strict'],
    // Going back puts an app's volumes back as they lie on the disk (trap 16).
    ['ReadWritePaths', '-/var/lib/docker/volumes'],
    ['ProtectHome', 'read-only'],
    ['PrivateTmp', 'yes'],
    ['NoNewPrivileges', 'yes'],
    ['ProtectKernelTunables', 'yes'],
    ['ProtectKernelModules', 'yes'],
    ['ProtectKernelLogs', 'yes'],
    ['ProtectControlGroups', 'yes'],
    ['ProtectClock', 'yes'],
    ['RestrictSUIDSGID', 'yes'],
    ['RestrictRealtime', 'yes'],
    ['LockPersonality', 'yes'],
    ['SystemCallArchitectures', 'native'],
    ['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6 AF_NETLINK'],
  ]
}

/** systemd makes the folders that lie where it expects them; others have to be there. */
function writable(folder: string, below: string, setting: string): Array<[string, string]> {
  return folder.startsWith(below) ? [[setting, quoted(folder.slice(below.length))]] : [['ReadWritePaths', quoted(folder)]]
}

/** A command line without a shell: every argument is one, whatever is in it. */
function commandLine(argv: readonly string[]): string {
  return argv.map((argument) => quoted(argument.replaceAll('$', '$$$$'))).join(' ')
}

/** One word as systemd reads it: `%` begins a specifier. */
function quoted(text: string): string {
  const escaped = text.replaceAll('%', '%%')
  return /^[\w@%+=:,./$-]+$/.test(escaped) ? escaped : `"${escaped.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** Names that `User=` may have: whatever else stands there would be read as something else, on the same line or on one of its own. */
export function isUserName(text: string): boolean {
  return /^(?:[A-Za-z_][\w.-]{0,30}|\d{1,10})$/.test(text)
}

const RENDERED = '# Rendered by cc-ci boot render: change the settings and render again.'

/** Whether a unit's file is one of ours, which we may write again or take away. */
export function isRendered(text: string): boolean {
  return text.startsWith(RENDERED)
}

function textOf(sections: readonly Section[]): string {
  return [RENDERED, ...sections.flatMap(([name, settings]) => ['', `[${name}]`, ...settings.map(([key, value]) => `${key}=${value}`)]), ''].join('\n')
}

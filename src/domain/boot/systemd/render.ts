import type { PlatformApp } from '../../model/platform.ts'

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
 * The host's platform apps as systemd units: a service for each, ordered as the settings order them, one target that brings them up, and a timer that looks after
 * all of them every night. File name → text; the same settings give the same bytes.
 */
export function renderUnits(apps: readonly PlatformApp[], installation: Installation): Map<string, string> {
  const files = new Map<string, string>()
  for (const app of apps) files.set(serviceOf(app.name), textOf(appService(app, installation)))
  files.set('cc-ci.target', textOf([
    ['Unit', [['Description', 'The apps that cc-ci keeps up'], ...apps.map(({ name }): [string, string] => ['Wants', serviceOf(name)])]],
    ['Install', [['WantedBy', 'multi-user.target']]],
  ]))
  files.set('cc-ci-reconcile.service', textOf(nightlyService(apps, installation)))
  files.set('cc-ci-reconcile.timer', textOf([
    ['Unit', [['Description', 'cc-ci looks after its platform apps every night']]],
    ['Timer', [['OnCalendar', '*-*-* 03:10:00'], ['RandomizedDelaySec', '15min'], ['Persistent', 'yes']]],
    ['Install', [['WantedBy', 'timers.target']]],
  ]))
  return files
}

export function serviceOf(app: string): string {
  return `cc-ci-${app}.service`
}

function appService(app: PlatformApp, installation: Installation): Section[] {
  return [
    ['Unit', [
      ['Description', `cc-ci: ${app.name}, up behind its gate`],
      ['Requires', 'docker.service'],
      ['Wants', 'network-online.target'],
      ['After', 'docker.service network-online.target'],
      // Who waits for an app that cannot come up fails at once, with that as the cause (trap 14).
      ...app.after.flatMap((other): Array<[string, string]> => [['Requires', serviceOf(other)], ['After', serviceOf(other)]]),
    ]],
    ['Service', [
      ['Type', 'oneshot'],
      ['RemainAfterExit', 'yes'],
      ['ExecStart', commandLine([installation.program, 'platform', 'reconcile', app.name])],
      ...asAStart(installation, app.limits.start),
    ]],
  ]
}

function nightlyService(apps: readonly PlatformApp[], installation: Installation): Section[] {
  return [
    ['Unit', [['Description', 'cc-ci looks after its platform apps'], ['Requires', 'docker.service'], ['After', ['docker.service', ...apps.map(({ name }) => serviceOf(name))].join(' ')]]],
    ['Service', [
      ['Type', 'oneshot'],
      ['ExecStart', commandLine([installation.program, 'platform', 'reconcile'])],
      ...asAStart(installation, apps.reduce((sum, { limits }) => sum + limits.start, 0)),
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

const RENDERED = '# Rendered by cc-ci boot render: change the settings and render again.'

/** Whether a unit's file is one of ours, which we may write again or take away. */
export function isRendered(text: string): boolean {
  return text.startsWith(RENDERED)
}

function textOf(sections: readonly Section[]): string {
  return [RENDERED, ...sections.flatMap(([name, settings]) => ['', `[${name}]`, ...settings.map(([key, value]) => `${key}=${value}`)]), ''].join('\n')
}

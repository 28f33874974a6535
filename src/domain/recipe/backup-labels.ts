import { innerPath } from '../../lib/inner-path.ts'
import { nearest } from '../../lib/nearest.ts'
import type { Place, Problem } from '../model/problem.ts'
import type { BackupLabels } from '../model/read-recipe.ts'
import type { Stack, StackMount, StackService } from '../model/stack.ts'
import { Problems } from './compose/problems.ts'

/** Labels of backup-bot, both versions; `volumes.…` apart. */
const KNOWN = ['backup', 'backup.pre-hook', 'backup.post-hook', 'backup.path', 'restore', 'restore.pre-hook', 'restore.post-hook']
const PREFIX = 'backupbot.'

export interface LabelInput {
  stack: Stack
  placeOf(path: Array<string | number>): Place
  isUnread(path: string): boolean
}

/**
 * What the services ask backup-bot for. Only `deploy.labels` count; mistakes that let a backup silently do nothing, or the wrong thing, are
 * named, and the labels are still given as backup-bot would understand them.
 */
export function readBackupLabels({ stack, placeOf, isUnread }: LabelInput): { backup: BackupLabels[]; problems: Problem[] } {
  const problems = new Problems()
  const backup: BackupLabels[] = []
  for (const [name, service] of Object.entries(stack.services)) {
    for (const label of Object.keys(service.labels ?? {}).filter(isOurs)) {
      problems.warning('backup/labels-not-deployed', placeOf(['services', name, 'labels', label]), `\`${label}\` stands under \`labels\`, where backup-bot does not look: it does nothing.`, 'Move it under `deploy.labels`.')
    }
    const labels = Object.entries(service.deploy?.labels ?? {}).filter(([label]) => isOurs(label))
    if (labels.length === 0) continue
    backup.push(readService(name, service, labels, { placeOf, isUnread, problems }))
  }
  return { backup, problems: problems.list }
}

function isOurs(label: string): boolean {
  return label.startsWith(PREFIX)
}

interface Reading extends Omit<LabelInput, 'stack'> {
  problems: Problems
}

function readService(name: string, service: StackService, labels: Array<[string, string]>, { placeOf, isUnread, problems }: Reading): BackupLabels {
  const at = (label: string): Place => placeOf(['services', name, 'deploy', 'labels', label])
  const given = new Map(labels.map(([label, value]) => [label.slice(PREFIX.length), value]))
  const text = (key: string): string | undefined => given.get(key)?.trim() || undefined
  const isOn = (key: string): boolean => {
    const value = given.get(key)?.trim()
    if (value === undefined || value === 'true' || value === 'false') return value === 'true'
    problems.warning('backup/value', at(PREFIX + key), `\`${PREFIX}${key}\` is \`${value}\`; backup-bot only knows \`true\` and \`false\`.`, 'Write `true`.')
    return false
  }
  const enabled = isOn('backup')
  isOn('restore')
  const first = at(labels[0]![0])
  if (!given.has('backup') && !isUnread(`services.${name}.deploy.labels`)) problems.warning('backup/not-enabled', first, `The service \`${name}\` has labels of backup-bot and is not opted in: nothing is backed up.`, 'Add `backupbot.backup=true` under `deploy.labels`.')
  // Of a stack with mistakes a mount may lead nowhere.
  const mounts = (service.volumes ?? []).filter((mount: Partial<StackMount>) => mount.type === 'volume' && mount.source !== undefined && mount.target !== undefined)
  const known: KnownMounts = { mounts, mayBeMore: isUnread(`services.${name}.volumes`) }
  const paths = readPaths(name, given.get('backup.path'), at(`${PREFIX}backup.path`), known, problems)
  const volumes = readVolumes(name, given, at, known, problems)
  for (const key of given.keys()) reportUnknown(key, at(PREFIX + key), problems)
  if (enabled && mounts.length === 0 && !known.mayBeMore && paths.length === 0 && !service.volumes?.length) {
    problems.warning('backup/nothing', at('backupbot.backup'), `The service \`${name}\` asks for a backup and has no volume: nothing is backed up.`, 'Put the labels on the service that mounts the data.')
  }
  const isDump = Object.values(volumes).some((path) => path !== false && path !== '.') || /dump/.test(text('backup.pre-hook') ?? '')
  if (enabled && isDump && text('backup.pre-hook') !== undefined && text('restore.pre-hook') === undefined && text('restore.post-hook') === undefined && !isUnread(`services.${name}.deploy.labels`)) {
    problems.warning('backup/no-restore-hook', at('backupbot.backup.pre-hook'), `The service \`${name}\` writes a dump before a backup, and nothing plays it back after a restore: it would go on with the data it has.`, 'Add `backupbot.restore.post-hook` with the command that reads the dump.')
  }
  return {
    service: name,
    enabled,
    ...defined({ preHook: text('backup.pre-hook'), postHook: text('backup.post-hook'), restorePreHook: text('restore.pre-hook'), restorePostHook: text('restore.post-hook') }),
    paths,
    volumes,
    place: given.has('backup') ? at('backupbot.backup') : first,
  }
}

interface KnownMounts {
  mounts: StackMount[]
  /** Others may have been lost to a mistake that has been said. */
  mayBeMore: boolean
}

/** `backupbot.backup.path`: absolute paths in the container, separated by commas. What lies on no volume is never seen by the backup. */
function readPaths(service: string, value: string | undefined, place: Place, { mounts, mayBeMore }: KnownMounts, problems: Problems): string[] {
  const paths = (value ?? '').split(',').map((path) => path.trim()).filter((path) => path !== '')
  for (const path of paths) {
    if (!path.startsWith('/')) {
      problems.warning('backup/path', place, `The backup path \`${path}\` of \`${service}\` is not absolute.`, 'Begin it with `/`.')
    } else if (!mayBeMore && !mounts.some((mount) => path === mount.target || path.startsWith(mount.target.endsWith('/') ? mount.target : `${mount.target}/`))) {
      const volumes = mounts.map((mount) => mount.target)
      problems.warning('backup/path', place, `The backup path \`${path}\` of \`${service}\` lies on no volume: it is gone with the container, and the backup does not see it.`, volumes.length > 0 ? `Write it below ${volumes.join(' or ')}, or use \`backupbot.backup.volumes.<volume>.path\`.` : 'Mount a volume there.')
    }
  }
  return paths
}

function readVolumes(service: string, given: ReadonlyMap<string, string>, at: (label: string) => Place, { mounts, mayBeMore }: KnownMounts, problems: Problems): Record<string, string | false> {
  const volumes = new Map<string, string | false>()
  const known = mounts.map((mount) => mount.source!)
  for (const [key, raw] of given) {
    const [, volume, isPath] = /^backup\.volumes\.(.+?)(\.path)?$/.exec(key) ?? []
    if (volume === undefined) continue
    const value = raw.trim()
    const place = at(PREFIX + key)
    if (!known.includes(volume)) {
      if (mayBeMore) continue
      const close = nearest(volume, known)
      problems.warning('backup/unknown-volume', place, `The service \`${service}\` mounts no volume \`${volume}\`.`, close ? `Write \`${close}\`.` : known.length > 0 ? `It mounts ${known.join(', ')}.` : 'It mounts none; put the label on the service that does.')
      continue
    }
    if (isPath) {
      const path = innerPath(value.replace(/^\/+/, ''))
      if (path === undefined) problems.warning('backup/path', place, `The path \`${value}\` leaves the volume \`${volume}\`.`, 'Write a path below the root of the volume.')
      else volumes.set(volume, path)
    } else if (value === 'false') volumes.set(volume, false)
    else if (value === 'true') volumes.set(volume, '.')
    else problems.warning('backup/value', place, `\`${PREFIX}${key}\` is \`${value}\`; backup-bot only knows \`true\` and \`false\`.`, 'Write `false` to leave the volume out.')
  }
  return Object.fromEntries(volumes)
}

function reportUnknown(key: string, place: Place, problems: Problems): void {
  if (KNOWN.includes(key) || /^backup\.volumes\..+/.test(key)) return
  const close = nearest(key, KNOWN)
  problems.warning('backup/unknown-label', place, `backup-bot knows no label \`${PREFIX}${key}\`: it does nothing.`, close ? `Write \`${PREFIX}${close}\`.` : `Known are ${KNOWN.map((each) => PREFIX + each).join(', ')} and ${PREFIX}backup.volumes.<volume>.`)
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T
}

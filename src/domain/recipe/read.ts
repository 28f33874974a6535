import { needDomain, needVariables, stackNameOf } from '../model/app.ts'
import { hasErrors, inReadingOrder, type Place, type Problem } from '../model/problem.ts'
import type { ReadRecipe, ReadRequest } from '../model/read-recipe.ts'
import type { RecipeTree, Release } from '../model/recipe.ts'
import { readAbraSh } from './abra-sh.ts'
import { readBackupLabels } from './backup-labels.ts'
import { namesTooLong } from './compose/names-too-long.ts'
import { readCompose } from './compose/read.ts'
import { checkConfig } from './config/check.ts'
import { type ConfigFile, readConfig } from './config/read.ts'
import { readCoopLabels } from './coop-labels.ts'
import { evaluateEnv } from './evaluate-env.ts'
import { withoutFollowOns } from './follow-on.ts'
import { readImages } from './images.ts'
import { lint } from './lint.ts'
import { checkLocalPrograms } from './local-program.ts'
import { missingVariables } from './missing-variables.ts'
import { ownFiles } from './own-files.ts'
import { listedComposeFiles } from './reach/compose-files.ts'
import { linksThatLeave } from './reach/links.ts'
import { refuseReach } from './reach/refuse.ts'
import { textInside } from './reach/tree-path.ts'
import { readReadme } from './readme.ts'
import { readReleaseNotes } from './release-notes.ts'
import { readRouters } from './routers.ts'
import { readSecrets } from './secrets.ts'
import { readWaysIn } from './ways-in.ts'

/** Says which program each service is where there is no Docker. */
export const LOCAL_OVERLAY = 'compose.local.yml'

export interface RecipeToRead extends ReadRequest {
  tree: RecipeTree
  /** The published versions; without them nothing is said about them. */
  releases?: Release[]
  /** Tags that are no versions, and why. */
  ignoredTags?: Array<{ tag: string; why: string }>
}

/**
 * Reads a recipe at one commit for one app. Nothing of it is executed and nothing outside `tree` is looked at. Never throws for what a recipe
 * holds: every mistake in every file stands in `problems`, in reading order, and a recipe that has none of Co-op Cloud's parts is read as well
 * as one that has them all.
 */
export function readRecipe(request: RecipeToRead): ReadRecipe {
  const { tree, engine, proxyNetwork } = request
  const files = ownFiles(tree)
  const problems: Problem[] = [...files.problems]
  const stackName = request.env.STACK_NAME ?? (request.env.DOMAIN === undefined ? request.name : stackNameOf(request.env.DOMAIN))

  const ownConfig = files.read('cc-ci.yml')
  const configFiles: ConfigFile[] = [...(ownConfig ? [ownConfig] : []), ...(request.hostConfig ? [request.hostConfig] : [])]
  const configReading = readConfig(configFiles)
  const abraShFile = files.read('abra.sh')
  const abraSh = abraShFile && readAbraSh(abraShFile)
  const readmeFile = files.read('README.md')
  const readme = readmeFile && readReadme(readmeFile)
  const ours = { STACK_NAME: stackName, ...request.env, ...needsEnv(configReading.config.needs, request.env.DOMAIN) }
  const { env, sample, problems: envProblems, composeFilePlace } = evaluateEnv({ sample: files.read('.env.sample'), exports: abraSh?.exports ?? {}, config: configReading, ours })
  const notes = readReleaseNotes(tree)

  const listed = listedComposeFiles({ list: env.COMPOSE_FILE, place: composeFilePlace, tree })
  const local = engine === 'local' ? withLocalOverlay(tree, listed.files) : { files: listed.files, problems: [] }
  const isPartial = configReading.isPartial || hasErrors([...listed.problems, ...local.problems])
  const reading = readCompose({ files: local.files, env, proxyNetwork, isPartial, readFile: (path) => textInside(tree, path) })
  const { stack, placeOf, isUnread } = reading
  const textOf = (file: string) => textInside(tree, file)

  const coop = readCoopLabels({ stack, placeOf, isUnread, stackName })
  const backup = readBackupLabels({ stack, placeOf, isUnread })
  const routers = readRouters({ stack, placeOf, isUnread, domain: request.env.DOMAIN })
  const secrets = readSecrets({ stack, placeOf, textOf, sample, stackName })
  const images = readImages({ stack, placeOf })
  problems.push(
    ...configReading.problems, ...envProblems, ...(abraSh?.problems ?? []), ...(readme?.problems ?? []), ...(sample?.problems ?? []), ...notes.problems,
    ...listed.problems, ...local.problems,
    // Without a single file there is nothing more to say than that.
    ...(local.files.length === 0 ? [] : reading.problems),
    ...refuseReach({ reading, tree, stackName, domain: request.env.DOMAIN, proxyNetwork, allow: request.allow }),
    ...namesTooLong(reading, stackName), ...coop.problems, ...backup.problems, ...routers.problems, ...secrets.problems,
    ...(local.files.some((file) => file.path === LOCAL_OVERLAY) ? checkLocalPrograms(reading) : []),
    ...checkConfig({ reading: configReading, tree, stack, isUnread, name: request.name, ours: Object.keys(ours) }),
    ...(configReading.isPartial ? [] : missingVariables({ reading, env, optional: sample?.mentioned ?? new Map(), unread: sample?.unread ?? new Set(), hasSample: sample !== undefined })),
    ...(local.files.length === 0 ? [] : lint({ reading, textOf, images, env, sample, abraSh, readme, coop, releases: request.releases, ignoredTags: request.ignoredTags ?? [], proxyNetwork })),
  )
  problems.push(...linksThatLeave(tree, problems))
  const isLost = (name: string): boolean => (configReading.isPartial && (Object.hasOwn(configReading.config.env, name) || !Object.hasOwn(env, name))) || (!Object.hasOwn(env, name) && (sample?.unread.has(name) ?? false))
  const empty = reading.usedVariables.filter((use) => !use.hasDefault && isLost(use.name)).map((use) => use.place)

  return {
    name: request.name,
    commit: request.commit,
    composeFiles: local.files.map((file) => file.path),
    stack,
    env,
    secrets: secrets.secrets,
    images,
    backup: backup.backup,
    versionLabel: coop.versionLabel,
    timeoutMs: coop.timeoutMs,
    config: configReading.config,
    configFrom: configReading.configFrom,
    metadata: readme?.metadata ?? {},
    releaseNotes: notes.notes,
    routers: routers.routers,
    waysIn: readWaysIn({ stack, placeOf, routers: routers.routers }),
    engines: tree.files.has(LOCAL_OVERLAY) ? ['swarm', 'local'] : ['swarm'],
    problems: inReadingOrder(withoutFollowOns(distinct(problems), empty)),
  }
}

/** Where the recipes are that run beside this one. */
function needsEnv(needs: readonly string[], domain: string | undefined): Record<string, string> {
  return domain === undefined ? {} : Object.assign({}, ...needs.map((need) => needVariables(need, needDomain(domain, need))))
}

type ComposeFile = { path: string; text: string }

function withLocalOverlay(tree: RecipeTree, files: ComposeFile[]): { files: ComposeFile[]; problems: Problem[] } {
  if (files.some((file) => file.path === LOCAL_OVERLAY)) return { files, problems: [] }
  const place: Place = { file: files.at(-1)?.path ?? 'compose.yml', line: 1, column: 1 }
  if (!tree.files.has(LOCAL_OVERLAY)) {
    return { files, problems: [{ ...place, rule: 'local/no-overlay', severity: 'error', message: `There is no \`${LOCAL_OVERLAY}\`: nothing says which programs the services are where there is no Docker.`, mend: 'Run it with `--engine swarm`, or add the file (docs/recipe/local.md).' }] }
  }
  const overlay = listedComposeFiles({ list: LOCAL_OVERLAY, place: { file: LOCAL_OVERLAY, line: 1, column: 1 }, tree })
  return { files: [...files, ...overlay.files], problems: overlay.problems }
}

/** Two readers may see the same thing at the same place. */
export function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify([problem.file, problem.line, problem.column, problem.rule, problem.message]), problem])).values()]
}

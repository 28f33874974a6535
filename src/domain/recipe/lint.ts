import { isNameless } from './nameless.ts'
import type { Place, Problem } from '../model/problem.ts'
import type { ImageUse } from '../model/read-recipe.ts'
import type { Release } from '../model/recipe.ts'
import type { StackService } from '../model/stack.ts'
import type { AbraSh } from './abra-sh.ts'
import { ambiguousAliases } from './ambiguous-alias.ts'
import type { ComposeReading } from './compose/read.ts'
import { Problems } from './compose/problems.ts'
import type { CoopLabels } from './coop-labels.ts'
import type { EnvSample } from './env-sample.ts'
import { METADATA_KEYS, type Readme } from './readme.ts'
import { versionVariable } from './secrets.ts'
import { isVersion, parseVersion } from './version.ts'

export interface LintInput {
  reading: ComposeReading
  /** Text of a file as it was written. */
  textOf(file: string): string | undefined
  images: readonly ImageUse[]
  env: Readonly<Record<string, string>>
  sample: EnvSample | undefined
  abraSh: AbraSh | undefined
  readme: Readme | undefined
  coop: CoopLabels
  /** Undefined: nobody looked. */
  releases: readonly Release[] | undefined
  ignoredTags: ReadonlyArray<{ tag: string; why: string }>
  proxyNetwork: string
}

/**
 * abra's lint by its own numbers, as far as files and tags can tell, then rules of ours. Not judged: R006 as far as it asks the catalogue,
 * R013 (a repository on git.coopcloud.tech), R016 (its meaning is not known). R011 is the reader's `deploy/no-image`, R015 its `namesTooLong`.
 * What only Co-op Cloud asks for is only asked of a recipe that has at least one part of it.
 */
export function lint(input: LintInput): Problem[] {
  const problems = new Problems()
  if (isOfCoopCloud(input)) {
    composeVersion(input, problems)
    published(input, problems)
    metadata(input, problems)
    if (!input.sample) problems.warning('R008', topOf(input), 'There is no `.env.sample`: abra cannot make an app of this recipe.', 'Add one with at least `TYPE`, `DOMAIN` and the `SECRET_…_VERSION` of each secret.')
    if (!input.reading.stack.services.app && !input.reading.isUnread('services.app')) problems.warning('R009', placeOfServices(input), 'No service is called `app`: abra looks for its labels there.', 'Give the main service that name.')
    traefik(input, problems)
    variablesTooEarly(input, problems)
    configVersions(input, problems)
    if (input.coop.versionLabel === null && !mayCarryLabels(input) && !input.coop.problems.some((problem) => problem.rule === 'version/label')) {
      problems.warning('version/no-label', placeOfService(input, 'app'), 'No service carries the version of the recipe.', 'Add `coop-cloud.${STACK_NAME}.version=x.y.z+app` under `deploy.labels` of `app`, or say `abra recipe sync`.')
    }
  }
  healthchecks(input, problems)
  imageTags(input, problems)
  tags(input, problems)
  configNames(input, problems)
  namelessVolumes(input, problems)
  return [...problems.list, ...ambiguousAliases({ ...input.reading, textOf: input.textOf, proxyNetwork: input.proxyNetwork })]
}

/** One part of Co-op Cloud is enough; a plain compose repository has none. */
export function isOfCoopCloud({ sample, abraSh, readme, coop }: LintInput): boolean {
  return sample !== undefined || abraSh !== undefined || readme?.place !== undefined || coop.any
}

function composeVersion(input: LintInput, problems: Problems): void {
  const file = input.reading.files[0]
  const lines = (file === undefined ? undefined : input.textOf(file))?.split('\n') ?? []
  const line = lines.findIndex((each) => /^version\s*:/.test(each))
  if (line < 0) {
    problems.warning('R001', topOf(input), 'The compose file says no `version`; abra expects 3.8.', 'Begin it with `version: "3.8"`.')
    return
  }
  const [, version = ''] = /^version\s*:\s*["']?([^"'\s#]*)/.exec(lines[line]!) ?? []
  if (version !== '3.8') problems.warning('R001', { file: file!, line: line + 1, column: 1 }, `The compose file is of version \`${version}\`; abra expects 3.8.`, 'Write `version: "3.8"`.')
}

function healthchecks({ reading }: LintInput, problems: Problems): void {
  for (const [name, service] of Object.entries(reading.stack.services)) {
    if (service['x-local'] !== undefined && service.image === undefined) continue
    const { healthcheck } = service
    if (healthcheck === undefined && reading.isUnread(`services.${name}.healthcheck`)) continue
    if (healthcheck === undefined) problems.warning('R002', reading.placeOf(['services', name]), `The service \`${name}\` has no healthcheck: as soon as its process exists, it counts as well.`, 'Add `healthcheck:` with a test that only passes when the service does its work.')
    else if (healthcheck.disable === true || healthcheck.test?.[0] === 'NONE') problems.warning('R002', reading.placeOf(['services', name, 'healthcheck']), `The healthcheck of \`${name}\` is turned off.`, 'Turn it on.')
  }
}

const UNSTABLE = new Set(['latest', 'edge', 'nightly', 'main', 'master', 'dev', 'develop', 'unstable', 'next', 'testing', 'snapshot'])

function imageTags({ images }: LintInput, problems: Problems): void {
  for (const { service, image, tag, digest, place } of images) {
    if (tag === null && digest === null) problems.warning('R003', place, `The image \`${image}\` of \`${service}\` has no tag: what runs depends on the day.`, 'Name a version: `image: name:1.2.3`.')
    else if (tag !== null && UNSTABLE.has(tag.toLowerCase())) problems.warning('R004', place, `The tag \`${tag}\` of \`${image}\` moves: what runs depends on the day.`, 'Name a version: `image: name:1.2.3`.')
    else if (tag !== null && !/^[vV]?\d+(\.\d+)*([-_.+].*)?$/.test(tag)) problems.warning('R005', place, `The tag \`${tag}\` of \`${image}\` is not like a version: nobody can tell whether there is a newer one.`, 'Name a tag such as `1.2.3` or `1.2.3-alpine`.')
  }
}

function published({ releases, ignoredTags, ...input }: LintInput, problems: Problems): void {
  if (releases?.length === 0) problems.warning('R006', topOf(input), `No version is published${ignoredTags.length > 0 ? `; the tags that are there are no versions` : ''}.`, 'Say `abra recipe release`, which makes an annotated tag `x.y.z+app`.')
}

function metadata({ readme, ...input }: LintInput, problems: Problems): void {
  const absent = METADATA_KEYS.filter((key) => !readme?.metadata[key]?.trim())
  if (absent.length === 0) return
  const place = readme?.place ?? { file: 'README.md', line: 1, column: 1 }
  const what = readme === undefined ? 'There is no README.md' : readme.place === undefined ? 'README.md has no metadata block' : `The metadata says nothing of ${absent.join(', ')}`
  problems.warning('R007', readme === undefined ? topOf(input) : place, `${what}: the catalogue shows it.`, readme?.place === undefined ? `Add \`<!-- metadata -->\`, a line \`* **Key**: value\` for each of ${METADATA_KEYS.join(', ')}, and \`<!-- endmetadata -->\`.` : 'Add `* **Key**: value` for each.')
}

/** Not asked of a recipe whose `.env.sample` knows no DOMAIN: it serves nothing to a visitor. */
function traefik({ sample, reading, ...input }: LintInput, problems: Problems): void {
  if (sample === undefined || !sample.assignments.some((assignment) => assignment.name === 'DOMAIN')) return
  const isOn = (service: StackService): boolean => Object.entries(service.deploy?.labels ?? {}).some(([label, value]) => label.toLowerCase() === 'traefik.enable' && value.trim().toLowerCase() === 'true')
  if (!Object.values(reading.stack.services).some(isOn) && !mayCarryLabels({ reading })) problems.warning('R010', placeOfService({ reading, ...input }, 'app'), 'No service carries `traefik.enable=true`: nothing answers at the domain.', 'Add the Traefik labels under `deploy.labels` of the service that answers.')
}

/** Whether labels of some service may have been lost to a mistake that has been said. */
function mayCarryLabels({ reading }: Pick<LintInput, 'reading'>): boolean {
  return Object.keys(reading.stack.services).some((name) => reading.isUnread(`services.${name}.deploy.labels`)) || reading.isUnread('services')
}

/**
 * abra checks the files before it replaces variables: what may not be any text cannot come from the environment. Of times that is known from
 * recipes; for numbers and flags it follows, and is only warned of.
 */
function variablesTooEarly({ reading }: LintInput, problems: Problems): void {
  for (const problem of reading.refusedBeforeVariables) {
    const isTime = problem.rule === 'compose/wrong-value' && problem.message.includes('is no duration')
    problems[isTime ? 'error' : 'warning']('abra/variable-too-early', problem, `abra checks this before it replaces variables, and refuses it: ${problem.message}`, 'Write the value itself; who needs another one adds an overlay.')
  }
}

function configVersions(input: LintInput, problems: Problems): void {
  for (const { key, place, variable } of versionedConfigs(input)) {
    // One that nobody sets has been said: it is an error there.
    const isSet = variable !== undefined && (Object.hasOwn(input.env, variable) || input.reading.usedVariables.some((use) => use.name === variable && use.hasDefault))
    if (!isSet || input.abraSh?.exports[variable] !== undefined) continue
    problems.warning('R012', place, `The version \`${variable}\` of the config \`${key}\` does not come from abra.sh: operators keep an old one when the file changes.`, `Add \`export ${variable}=v1\` to abra.sh.`)
  }
}

/** A config cannot be changed: without a new name the next deploy fails, half of it applied (trap 66). */
function configNames(input: LintInput, problems: Problems): void {
  for (const { key, place, variable } of versionedConfigs(input)) {
    const file = input.reading.stack.configs[key]?.file
    if (variable === undefined && file !== undefined) problems.warning('configs/no-version', place, `The name of the config \`${key}\` carries no version: when \`${file}\` changes, the next deploy fails.`, `Write \`name: \${STACK_NAME}_${key}_\${${key.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_VERSION}\` and export the version in abra.sh.`)
  }
}

function versionedConfigs({ reading, textOf }: Pick<LintInput, 'reading' | 'textOf'>): Array<{ key: string; place: Place; variable: string | undefined }> {
  return Object.entries(reading.stack.configs).flatMap(([key, object]) => {
    if (object.external) return []
    const place = reading.placeOf(['configs', key, 'name'])
    const written = object.name === undefined ? '' : (textOf(place.file)?.split('\n')[place.line - 1]?.slice(place.column - 1) ?? '')
    return [{ key, place, variable: versionVariable(written) }]
  })
}

function namelessVolumes({ reading }: LintInput, problems: Problems): void {
  for (const [name, { volumes = [] }] of Object.entries(reading.stack.services)) {
    for (const [index, mount] of volumes.entries()) {
      if (!isNameless(mount)) continue
      problems.warning('volumes/no-name', reading.placeOf(['services', name, 'volumes', index]), `The volume at \`${mount.target}\` in \`${name}\` has no name: each new container begins with an empty one, and no backup finds it.`, `Write \`NAME:${mount.target}\`, and \`NAME:\` under the volumes of the stack; for what may be lost, mount a tmpfs.`)
    }
  }
}

/** abra refuses to deploy a recipe with a version in a lightweight tag; here such a tag is no version, and said. */
function tags({ ignoredTags }: LintInput, problems: Problems): void {
  for (const { tag, why } of ignoredTags) {
    const place = { file: `refs/tags/${tag}`, line: 1, column: 1 }
    if (isVersion(parseVersion(tag))) problems.warning('R014', place, `The tag \`${tag}\` is not taken for a version: ${why}.`, `Make it annotated: \`git tag --annotate --force ${tag} ${tag}^{}\`.`)
  }
}

function topOf({ reading }: Pick<LintInput, 'reading'>): Place {
  return { file: reading.files[0] ?? 'compose.yml', line: 1, column: 1 }
}

function placeOfServices({ reading }: Pick<LintInput, 'reading'>): Place {
  const first = Object.keys(reading.stack.services)[0]
  return first === undefined ? topOf({ reading }) : reading.placeOf(['services', first])
}

function placeOfService({ reading }: Pick<LintInput, 'reading'>, name: string): Place {
  return reading.stack.services[name] ? reading.placeOf(['services', name]) : placeOfServices({ reading })
}

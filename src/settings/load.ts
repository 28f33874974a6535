import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { isIP } from 'node:net'
import { isAbsolute, join, resolve } from 'node:path'
import { isThisHost } from '../lib/http-address.ts'
import { readRegularFile, whyUnreadable } from '../lib/regular-file.ts'
import { fit } from '../lib/schema.ts'
import { parseYaml, placeOfKey } from '../lib/yaml.ts'
import { hasErrors, inReadingOrder, type Problem } from '../domain/model/problem.ts'
import type { PlatformApp } from '../domain/model/platform.ts'
import { NAMES_OF_OURS, SERVER } from '../domain/boot/host-units.ts'
import { overBudget } from '../domain/plan/budget.ts'
import { sayDuration } from '../domain/report/duration.ts'
import { settingsDefinition, type WrittenSettings } from './definition.ts'
import { alertChannels, channelFiles, type NamedFile } from './alerts.ts'
import type { Settings } from './settings.ts'

const DAY = 24 * 60 * 60_000

export interface Loaded {
  settings: Settings
  /** With errors in it, only the defaults are in `settings`. */
  problems: Problem[]
}

export interface WhereToLook {
  environment: NodeJS.ProcessEnv
  /** From the command line. */
  stateFolder: string | undefined
  settingsFile: string | undefined
  packageFolder: string
  workingFolder: string
}

/**
 * Reads the settings. The file: `--settings`, else `CCCI_SETTINGS`, else `<state>/settings.yml`, else `/etc/cc-ci/settings.yml`.
 * The state folder: `--state`, else `CCCI_STATE`, else `.cc-ci` in the folder we are in. An empty variable says nothing. All mistakes are reported at once.
 */
export async function loadSettings(where: WhereToLook): Promise<Loaded> {
  const { environment, workingFolder } = where
  const stateFolder = resolve(workingFolder, where.stateFolder ?? (environment.CCCI_STATE || '.cc-ci'))
  const home = environment.HOME || stateFolder
  const cacheFolder = resolve(workingFolder, environment.CCCI_CACHE || join(environment.XDG_CACHE_HOME || join(home, '.cache'), 'cc-ci'))
  const named = where.settingsFile ?? environment.CCCI_SETTINGS
  const file = named ? resolve(workingFolder, named) : [join(stateFolder, 'settings.yml'), '/etc/cc-ci/settings.yml'].find((candidate) => existsSync(candidate))
  const read = file === undefined ? { written: defaults(), problems: [] } : readFile(file)
  return { settings: compose({ ...read, file, stateFolder: real(stateFolder), cacheFolder, environment }), problems: read.problems }
}

function readFile(file: string): { written: WrittenSettings; problems: Problem[] } {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return { written: defaults(), problems: [problem(file, { line: 1, column: 1 }, 'settings/file', `The settings cannot be read: ${whyUnreadable(error)}.`, 'Name another file with --settings, or make it: cc-ci settings example > settings.yml')] }
  }
  const yaml = parseYaml(text)
  const problems: Problem[] = yaml.problems.map((one) => ({ ...problem(file, one, 'settings/yaml', one.message, one.mend), severity: one.severity }))
  if (hasErrors(problems)) return { written: defaults(), problems: inReadingOrder(problems) }
  const fitted = fit(settingsDefinition, withoutEmptySections(yaml.value ?? {}))
  if ('misfits' in fitted) {
    for (const { kind, path, message, mend } of fitted.misfits) {
      if (kind === 'unknown-key') problems.push(problem(file, placeOfKey(yaml, path), 'settings/unknown-key', message, mend))
      else problems.push(problem(file, yaml.placeOf(path), 'settings/value', message, mend))
    }
  } else {
    for (const app of platformApps(fitted.value, (path) => path)) {
      const over = overBudget(app)
      const says = over && `Deploy (${sayDuration(app.limits.deploy)}), gate (${sayDuration(app.gate.dwellMs)}) and rollback (${sayDuration(app.limits.rollback)}) of ${app.name} may take ${sayDuration(over.needs)}, which does not fit into its start time-out of ${sayDuration(over.has)}.`
      if (says) problems.push(problem(file, yaml.placeOf(['platform', app.name]), 'settings/budget', says, 'Give "limits.start" (and the start time-out of the unit) more, or the others less: a start that ends in the middle of a rollback leaves the app down.'))
    }
    problems.push(...orderTrouble(fitted.value, (path) => problemAt(file, yaml.placeOf(path))), ...platformNames(fitted.value, (path) => problemAt(file, placeOfKey(yaml, path))), ...sharedDomains(fitted.value, (path) => problemAt(file, yaml.placeOf(path))), ...ownNames(fitted.value, (path) => problemAt(file, placeOfKey(yaml, path))), ...serverTrouble(fitted.value, (path) => problemAt(file, yaml.placeOf(path))))
    for (const { path, names, holds } of namedFiles(fitted.value)) {
      const read = readRegularFile(besideFile(file, names))
      const wrong = 'text' in read ? holds?.(read.text.trim()) : undefined
      if (wrong) problems.push(problem(file, yaml.placeOf(path), 'settings/file', `"${path.join('.')}" names \`${names}\`, in which there is no ${wrong}.`, 'Write it there, alone on one line.'))
      if ('trouble' in read) problems.push(problem(file, yaml.placeOf(path), 'settings/file', `"${path.join('.')}" names \`${names}\`, which cannot be read: ${read.trouble}.`, 'Name a file that is there and that this user may read; a relative name starts at the settings file.'))
    }
  }
  return { written: 'value' in fitted && !hasErrors(problems) ? fitted.value : defaults(), problems: inReadingOrder(problems) }
}

type Says = (rule: string, message: string, mend: string) => Problem

function problemAt(file: string, at: { line: number; column: number }): Says {
  return (rule, message, mend) => problem(file, at, rule, message, mend)
}

/** Each app comes after some of those above it, and the server after the last of its own: so no order has a round. */
function orderTrouble({ platform, server }: WrittenSettings, at: (path: Array<string | number>) => Says): Problem[] {
  const names = Object.keys(platform)
  const serverAfter = server?.after ?? names
  const problems = serverAfter.flatMap((other, index) => (names.includes(other) ? [] : [at(['server', 'after', index])('settings/after', `The server is to begin after "${other}", which is no app of "platform".`, names.length > 0 ? `Name some of these: ${names.join(', ')}.` : 'Take it out.')]))
  for (const [position, name] of names.entries()) {
    const above = names.slice(0, position)
    for (const [index, other] of (platform[name]!.after ?? []).entries()) {
      if (above.includes(other)) continue
      const says = at(['platform', name, 'after', index])
      const behind = serverAfter.find((one) => !above.includes(one))
      if (other === SERVER && server && behind === undefined) continue
      if (other === SERVER && server) problems.push(says('settings/after', `${name} is to begin after the server, which begins after ${behind === name ? 'it' : `${behind}, and that may wait for ${name}`}.`, `Say in "server" whom that comes after, such as after: [${above.join(', ')}].`))
      else problems.push(says('settings/after', `${name} is to begin after "${other}", which does not stand above it.`, names.includes(other) && other !== name ? `Move ${name} below ${other}: apps are looked after in the order of the file.` : `Name an app that stands above it${above.length > 0 ? `: ${above.join(', ')}` : ''}.`))
    }
  }
  return problems
}

/** Units of the host's own have names, too. */
function platformNames({ platform }: WrittenSettings, at: (path: string[]) => Says): Problem[] {
  return Object.keys(platform).flatMap((name) => (NAMES_OF_OURS.includes(name) ? [at(['platform', name])('settings/name', `"${name}" is a unit of cc-ci itself.`, `Give the app another name; these are taken: ${NAMES_OF_OURS.join(', ')}.`)] : []))
}

/** An app's stack is named by its domain: two apps of one domain would be one stack, and each would take the other for an older version of itself (invariant 7). */
function sharedDomains({ platform }: WrittenSettings, at: (path: string[]) => Says): Problem[] {
  const apps = Object.entries(platform)
  return apps.flatMap(([name, { domain }], index) => {
    const other = apps.slice(0, index).find(([, above]) => above.domain === domain)
    return other ? [at(['platform', name, 'domain'])('settings/domain', `\`${domain}\` is the domain of ${other[0]}, too.`, 'Give each its own.')] : []
  })
}

/** Names that every recipe gets from its app's domain, whatever stands here: it would be dropped in silence (trap 56). */
function ownNames({ platform }: WrittenSettings, at: (path: string[]) => Says): Problem[] {
  return Object.entries(platform).flatMap(([name, { env }]) =>
    ['DOMAIN', 'STACK_NAME'].filter((own) => own in env).map((own) => at(['platform', name, 'env', own])('settings/env', `"${own}" is set by cc-ci itself, from the domain of ${name}.`, 'Take it out; to have another one, change "domain".')),
  )
}

/** The proxy runs in a container: what listens on the host's own loopback is out of its reach. */
function serverTrouble({ server, platform }: WrittenSettings, at: (path: string[]) => Says): Problem[] {
  if (!server) return []
  const { address, port } = listenOf(server.listen)
  const problems = port < 1 || port > 65_535 || isIP(address) === 0 ? [at(['server', 'listen'])('settings/listen', `\`${server.listen}\` is no address at which anybody could listen.`, 'Name an address of this host and a port up to 65535, such as 127.0.0.1:8484.')] : []
  if (server.domain === undefined) return problems
  if (isThisHost(address)) problems.push(at(['server', 'listen'])('settings/listen', `The proxy cannot lead to the server at ${server.listen}: it runs in a container, where that address is its own.`, 'Name the address of the bridge docker_gwbridge: docker network inspect docker_gwbridge shows its gateway.'))
  const other = Object.entries(platform).find(([, app]) => app.domain === server.domain)
  if (other) problems.push(at(['server', 'domain'])('settings/domain', `\`${server.domain}\` is the domain of ${other[0]}, too.`, 'Give each its own.'))
  return problems
}

/** Of `127.0.0.1:8484` or `[::1]:8484`. */
function listenOf(text: string): { address: string; port: number } {
  const colon = text.lastIndexOf(':')
  return { address: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) }
}

/** A section of which every line is still a comment says nothing. Keys that we don't know stay: they are mistakes (trap 56). */
function withoutEmptySections(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key, inner]) => inner !== null || !(key in settingsDefinition.shape)))
}

/** Every file that the settings name. They are read when they are needed, and it would be late to find out then. */
function namedFiles(written: WrittenSettings): NamedFile[] {
  return [
    ...(written.proxy.ca === undefined ? [] : [{ path: ['proxy', 'ca'], names: written.proxy.ca }]),
    ...written.registries.map(({ password_file }, index) => ({ path: ['registries', index, 'password_file'], names: password_file })),
    ...Object.entries(written.secrets).map(([name, { file }]) => ({ path: ['secrets', name, 'file'], names: file })),
    ...channelFiles(written),
  ]
}

function besideFile(file: string | undefined, path: string): string {
  return isAbsolute(path) || file === undefined ? path : resolve(file, '..', path)
}

function compose(given: { written: WrittenSettings; file: string | undefined; stateFolder: string; cacheFolder: string; environment: NodeJS.ProcessEnv }): Settings {
  const { written, file, environment } = given
  const here = (path: string) => besideFile(file, path)
  return {
    stateFolder: given.stateFolder,
    cacheFolder: given.cacheFolder,
    file,
    domain: written.domain,
    proxy: { address: written.proxy.address, port: written.proxy.port, caFile: written.proxy.ca === undefined ? undefined : here(written.proxy.ca), network: written.proxy.network, subnet: written.proxy.subnet },
    docker: { host: written.docker.host ?? (environment.DOCKER_HOST || 'unix:///var/run/docker.sock'), client: written.docker.client.includes('/') ? here(written.docker.client) : written.docker.client },
    scriptedSocket: environment.CCCI_SCRIPTED,
    swarmConfigured: written.docker.host !== undefined || Boolean(environment.DOCKER_HOST) || written.domain !== undefined,
    registries: written.registries.map(({ host, username, password_file }) => ({ host, username, passwordFile: here(password_file) })),
    allow: written.allow,
    secrets: Object.fromEntries(Object.entries(written.secrets).map(([name, value]) => [name, { file: here(value.file), recipes: value.recipes }])),
    recipes: Object.fromEntries(Object.entries(written.recipes).map(([name, recipe]) => [name, recipeAt(recipe, here)])),
    platform: platformApps(written, here),
    server: written.server && { listen: listenOf(written.server.listen), domain: written.server.domain, after: written.server.after ?? Object.keys(written.platform) },
    alerts: alertChannels(written, here),
    images: written.images,
    prune: { imageBytes: written.prune.images, evidence: { runs: written.prune.runs, ms: written.prune.days * DAY }, sourcesMs: written.prune.clones_days * DAY },
    limits: written.limits,
  }
}

function platformApps(written: WrittenSettings, here: (path: string) => string): PlatformApp[] {
  const { server } = written
  // Whoever is the proxy is told where it leads with the server's domain; a recipe that knows nothing of it passes it over.
  const ofServer: Record<string, string> = server?.domain === undefined ? {} : { SERVER_DOMAIN: server.domain, SERVER_URL: `http://${server.listen}` }
  return Object.entries(written.platform).map(([name, { recipe, domain, stateless, env, gate, limits, cooling_off, after, optional }], index, all) => ({
    name, domain, stateless, limits, optional,
    env: gate.routes ? { ...ofServer, ...env } : env,
    // As `platform reconcile` takes them: one by one, in the order of the file.
    after: after ?? all.slice(Math.max(0, index - 1), index).map(([above]) => above),
    recipe: recipeAt(recipe, here),
    gate: { host: gate.host, path: gate.path, status: gate.status, contains: gate.contains, passes: gate.passes, dwellMs: gate.dwell, routes: gate.routes, certificateDays: gate.certificate_days },
    coolingOffMs: cooling_off ?? 0,
  }))
}

function defaults(): WrittenSettings {
  const fitted = fit(settingsDefinition, {})
  if ('value' in fitted) return fitted.value
  throw new Error(`the defaults of the settings do not fit their own definition: ${JSON.stringify(fitted.misfits)}`)
}

function problem(file: string, at: { line: number; column: number }, rule: string, message: string, mend: string): Problem {
  return { file, line: at.line, column: at.column, rule, severity: 'error', message, mend }
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path
}

/** A recipe that is written as a path begins at the settings file. */
function recipeAt(recipe: string, here: (path: string) => string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/|^[\w.-]+@[\w.-]+:/i.test(recipe) ? recipe : here(recipe)
}

import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { fit } from '../lib/schema.ts'
import { parseYaml } from '../lib/yaml.ts'
import type { Problem } from '../domain/model/problem.ts'
import { settingsDefinition, type WrittenSettings } from './definition.ts'
import type { Settings } from './settings.ts'

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
 * The state folder: `--state`, else `CCCI_STATE`, else `.cc-ci` in the folder we are in. All mistakes are reported at once.
 */
export async function loadSettings(where: WhereToLook): Promise<Loaded> {
  const { environment, workingFolder } = where
  const stateFolder = resolve(workingFolder, where.stateFolder ?? environment.CCCI_STATE ?? '.cc-ci')
  const home = environment.HOME || stateFolder
  const cacheFolder = resolve(workingFolder, environment.CCCI_CACHE ?? join(environment.XDG_CACHE_HOME || join(home, '.cache'), 'cc-ci'))
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
    return { written: defaults(), problems: [problem(file, 1, 1, `The settings file cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`, 'Name another with --settings, or make it: cc-ci settings example > settings.yml')] }
  }
  const yaml = parseYaml(text)
  const problems = yaml.problems.map((one) => ({ ...problem(file, one.line, one.column, one.message, one.mend), severity: one.severity }))
  if (problems.some((one) => one.severity === 'error')) return { written: defaults(), problems }
  const fitted = fit(settingsDefinition, yaml.value ?? {})
  if ('value' in fitted) return { written: fitted.value, problems }
  for (const misfit of fitted.misfits) {
    const at = yaml.placeOf(misfit.path)
    problems.push(problem(file, at.line, at.column, misfit.message, misfit.mend, misfit.kind === 'unknown-key' ? 'settings/unknown-key' : 'settings/value'))
  }
  return { written: defaults(), problems }
}

function compose(given: { written: WrittenSettings; file: string | undefined; stateFolder: string; cacheFolder: string; environment: NodeJS.ProcessEnv }): Settings {
  const { written, file, environment } = given
  const besideFile = (path: string) => (isAbsolute(path) || !file ? path : resolve(file, '..', path))
  return {
    stateFolder: given.stateFolder,
    cacheFolder: given.cacheFolder,
    file,
    domain: written.domain,
    proxy: { address: written.proxy.address, port: written.proxy.port, caFile: written.proxy.ca === undefined ? undefined : besideFile(written.proxy.ca), network: written.proxy.network },
    docker: { host: written.docker.host ?? environment.DOCKER_HOST ?? 'unix:///var/run/docker.sock', client: written.docker.client },
    scriptedSocket: environment.CCCI_SCRIPTED,
    swarmConfigured: written.docker.host !== undefined || environment.DOCKER_HOST !== undefined || written.domain !== undefined,
    registries: written.registries.map(({ host, username, password_file }) => ({ host, username, passwordFile: besideFile(password_file) })),
    allow: written.allow,
    secrets: Object.fromEntries(Object.entries(written.secrets).map(([name, value]) => [name, { file: besideFile(value.file) }])),
    images: written.images,
    limits: written.limits,
  }
}

function defaults(): WrittenSettings {
  const fitted = fit(settingsDefinition, {})
  if ('value' in fitted) return fitted.value
  throw new Error(`the defaults of the settings do not fit their own definition: ${JSON.stringify(fitted.misfits)}`)
}

function problem(file: string, line: number, column: number, message: string, mend: string, rule = 'settings/yaml'): Problem {
  return { file, line, column, rule, severity: 'error', message, mend }
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path
}

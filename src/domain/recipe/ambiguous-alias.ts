import type { Place, Problem } from '../model/problem.ts'
import type { Stack, StackService } from '../model/stack.ts'
import { Problems } from './compose/problems.ts'
import type { ComposeReading } from './compose/read.ts'

export interface AliasScope extends Pick<ComposeReading, 'stack' | 'placeOf'> {
  /** The network that the proxy and every app share. */
  proxyNetwork: string
  /** Text of a file of the recipe. */
  textOf(file: string): string | undefined
}

/**
 * On the network that all apps share, a service's bare name is an alias of every service of that name: who asks for `app` there may get
 * somebody else's (trap 37). Looked for in environment values, commands and configs of services that are on that network, and only for
 * services of the same stack that are on it, too: what is on an inner network alone is found there.
 */
export function ambiguousAliases(scope: AliasScope): Problem[] {
  const { stack, placeOf, proxyNetwork, textOf } = scope
  const problems = new Problems()
  const shared = sharedServices(stack, proxyNetwork)
  for (const name of shared) {
    const service = stack.services[name]!
    const others = shared.filter((other) => other !== name)
    const warn = (where: string, host: string, place: Place, mend: string) =>
      problems.warning('network/ambiguous-alias', place, `${where} names the host \`${host}\`: on the network \`${proxyNetwork}\`, which all apps share, that may be another app's.`, mend)
    const fullName = (host: string) => `Write \`\${STACK_NAME}_${host}\`.`
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      for (const { host } of hostsIn(`${variable}=${value ?? ''}`, others)) warn(`\`${variable}\` of \`${name}\``, host, placeOf(['services', name, 'environment', variable]), fullName(host))
    }
    for (const key of ['entrypoint', 'command'] as const) {
      for (const { host } of hostsIn((service[key] ?? []).join(' '), others)) warn(`The ${key} of \`${name}\``, host, placeOf(['services', name, key]), fullName(host))
    }
    for (const file of filesOf(service, stack)) {
      for (const { host, line, column } of hostsIn(textOf(file) ?? '', others).slice(0, MOST_PER_FILE)) {
        warn(`\`${file}\``, host, { file, line, column }, `Give the config \`template_driver: golang\` and write \`{{ env "STACK_NAME" }}_${host}\`.`)
      }
    }
  }
  return problems.list
}

function sharedServices(stack: Stack, proxyNetwork: string): string[] {
  const keys = Object.entries(stack.networks).filter(([key, network]) => network?.external && (network.name ?? key) === proxyNetwork).map(([key]) => key)
  return Object.entries(stack.services).filter(([, service]) => keys.some((key) => service.networks !== undefined && key in service.networks)).map(([name]) => name)
}

function filesOf(service: StackService, stack: Stack): string[] {
  return (service.configs ?? []).flatMap(({ source }) => stack.configs[source]?.file ?? [])
}

interface Found {
  host: string
  line: number
  column: number
}

/** The name of a setting right before its value: `DB_HOST=`, `"dbHost": "`, `--db-host `. */
const SETTING = /([\w.-]{1,60})["']?\s{0,4}[:=]\s{0,4}["']?$|(?:^|[\s=])--?([\w-]{1,60})\s{1,4}["']?$/
/** The last word of such a name, where it says that the value is a host. */
const WANTS_HOST = /(?<!^g)host$|hostname$|server$|ur[il]$|addr(?:ess)?$|^(?:upstream|backend|endpoint|peer)$/
const DIRECTIVE = /(?:^|\s)(?:server|fastcgi_pass|uwsgi_pass|scgi_pass)\s{1,20}$/
const LOOK_BACK = 120
/** Whoever sees these knows where to look. */
const MOST_PER_FILE = 20

/** Where one of these names stands as a host: in a URL, before a port, as the value of a setting that wants a host. */
function hostsIn(text: string, names: readonly string[]): Found[] {
  if (names.length === 0 || text === '') return []
  const words = new RegExp(`(?<![\\w.-])(?:${names.map((name) => name.replaceAll('.', '\\.')).join('|')})(?![\\w.-])`, 'g')
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*(?:#|\/\/|;)/.test(line)) return []
    return [...line.matchAll(words)]
      .filter(({ index: at, 0: word }) => isHost(line.slice(Math.max(0, at - LOOK_BACK), at), line.slice(at + word.length, at + word.length + LOOK_BACK)))
      .map(({ index: at, 0: host }) => ({ host, line: index + 1, column: at + 1 }))
  })
}

function isHost(before: string, after: string): boolean {
  if (/:\/\/(?:[^\s/@]*@)?$/.test(before)) return !after.startsWith('@')
  const setting = settingOf(before)
  // `name:7` may be an image, `path:80` a mount.
  if (/^:\d{2,5}(?!\d)/.test(after)) return !/[/:]$/.test(before) && setting.at(-1) !== 'image'
  if (DIRECTIVE.test(before)) return /^\s{0,20};/.test(after)
  const last = setting.at(-1) === 'name' ? setting.at(-2) : setting.at(-1)
  return last !== undefined && (setting.at(-1) !== 'name' || last === 'host') && WANTS_HOST.test(last) && /^["']?\s*(?:[,;}\])\s]|$)/.test(after)
}

/** Its words, in small letters, without numbers and a plural's end: `DB_HOSTS_2` is `db`, `host`. */
function settingOf(before: string): string[] {
  const match = SETTING.exec(before)
  const name = match?.[1] ?? match?.[2] ?? ''
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase().split(/[\W_\d]+/).filter(Boolean)
  return words.map((word) => (/(?:host|server|ur[il]|addr|upstream|backend|endpoint|peer)s$/.test(word) ? word.slice(0, -1) : word))
}

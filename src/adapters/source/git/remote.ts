import { PortError } from '../../../ports/port-error.ts'

/** Where to fetch from. Its URL and password go to git through the environment: arguments can be read by everybody on the host. */
export interface Remote {
  /** For people: without user and password. */
  shown: string
  /** The settings that make it the remote `source` of one call. */
  env: Record<string, string>
}

/** The remote's name in {@link Remote.env}. */
export const REMOTE = 'source'

const SCHEMES = ['https', 'http', 'ssh', 'git', 'file']

export function remoteOf(where: string): Remote {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(where)?.[1]?.toLowerCase()
  if (scheme !== undefined && !SCHEMES.includes(scheme)) throw new PortError('refused', `Opening ${where}: recipes come by https, http, ssh, git or file, not by ${scheme}.`)
  if (scheme !== 'https' && scheme !== 'http') return { shown: withoutPassword(where), env: settings({ [`remote.${REMOTE}.url`]: where }) }
  const url = parsed(where)
  const { username, password } = url
  url.username = ''
  url.password = ''
  // git's own helper would get a password in the URL as an argument.
  const header = username === '' && password === '' ? {} : { [`http.${url.origin}/.extraHeader`]: `Authorization: Basic ${Buffer.from(`${decoded(username, url.href)}:${decoded(password, url.href)}`).toString('base64')}` }
  return { shown: url.href, env: settings({ [`remote.${REMOTE}.url`]: url.href, ...header }) }
}

/** The URL is said without them. */
function decoded(part: string, shown: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new PortError('refused', `Opening ${shown}: its user name or password holds a % that begins no character. Write %25 for a % itself.`)
  }
}

function parsed(where: string): URL {
  try {
    return new URL(where)
  } catch {
    throw new PortError('refused', `Opening ${withoutPassword(where)}: this is no URL. Write https://host/path.`)
  }
}

/** The user's name stays: `ssh://git@host/…` means nothing without it. */
function withoutPassword(where: string): string {
  return where.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/@:]*):[^/@]*@/i, '$1@')
}

function settings(values: Record<string, string>): Record<string, string> {
  const entries = Object.entries(values)
  return Object.fromEntries([['GIT_CONFIG_COUNT', String(entries.length)], ...entries.flatMap(([key, value], index) => [[`GIT_CONFIG_KEY_${index}`, key], [`GIT_CONFIG_VALUE_${index}`, value]])])
}

import { isPrivateWay, parseHttpAddress } from '../lib/http-address.ts'
import type { WrittenSettings } from './definition.ts'
import type { ChannelSettings } from './settings.ts'

/** A file that the settings name. `holds`: what is missing in it, as a noun; its content is never part of a message. */
export interface NamedFile {
  path: Array<string | number>
  names: string
  holds?(content: string): string | undefined
}

type Written = WrittenSettings['alerts'][string]

/** Where mail is handed in: RFC 8314 and RFC 6409; without TLS only a relay on this host is meant. */
const PORTS = { starttls: 587, tls: 465, none: 25 }

export function alertChannels(written: WrittenSettings, here: (path: string) => string): ChannelSettings[] {
  return Object.entries(written.alerts).flatMap(([name, channel]) => {
    const settings = channelSettings(channel, here)
    return settings ? [{ name, ...settings }] : []
  })
}

type WithoutName<T> = T extends unknown ? Omit<T, 'name'> : never

function channelSettings({ webhook, ntfy, smtp, matrix }: Written, here: (path: string) => string): WithoutName<ChannelSettings> | undefined {
  if (webhook) return { is: 'webhook', urlFile: here(webhook.url_file) }
  if (ntfy) return { is: 'ntfy', url: ntfy.url, topicFile: here(ntfy.topic_file), tokenFile: ntfy.token_file === undefined ? undefined : here(ntfy.token_file) }
  if (matrix) return { is: 'matrix', url: matrix.url, room: matrix.room, tokenFile: here(matrix.token_file) }
  if (!smtp) return undefined
  const { host, port, security, username, password_file, ca, from, to } = smtp
  const login = username === undefined || password_file === undefined ? undefined : { username, passwordFile: here(password_file) }
  return { is: 'smtp', host, port: port ?? PORTS[security], security, login, caFile: ca === undefined ? undefined : here(ca), from, to }
}

/** The files of the channels, with what has to be in them. */
export function channelFiles(written: WrittenSettings): NamedFile[] {
  return Object.entries(written.alerts).flatMap(([name, { webhook, ntfy, smtp, matrix }]) => {
    const file = (kind: keyof Written, key: string, names: string | undefined, holds?: NamedFile['holds']): NamedFile[] =>
      names === undefined ? [] : [{ path: ['alerts', name, kind, key], names, ...(holds ? { holds } : {}) }]
    return [
      ...file('webhook', 'url_file', webhook?.url_file, webhookAddress),
      ...file('ntfy', 'topic_file', ntfy?.topic_file, (content) => (/^[-_A-Za-z0-9]{1,64}$/.test(content) ? undefined : 'topic of up to 64 letters, digits, hyphens and underscores')),
      ...file('ntfy', 'token_file', ntfy?.token_file, oneWord('token')),
      ...file('smtp', 'password_file', smtp?.password_file, (content) => (content === '' ? 'password' : undefined)),
      ...file('smtp', 'ca', smtp?.ca),
      ...file('matrix', 'token_file', matrix?.token_file, oneWord('token')),
    ]
  })
}

/** The address is itself the secret. */
function webhookAddress(content: string): string | undefined {
  const address = parseHttpAddress(content)
  if (!address) return 'address such as https://hooks.example.org/… (a % in its user or password is written %25)'
  return isPrivateWay(address) ? undefined : 'address with https:// (what is secret leaves this host encrypted or not at all)'
}

/** What goes into a header. */
function oneWord(what: string): (content: string) => string | undefined {
  return (content) => (/^[\x21-\x7e]+$/.test(content) ? undefined : what)
}

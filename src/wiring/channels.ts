import { matrix } from '../adapters/notify/http/matrix.ts'
import { ntfy } from '../adapters/notify/http/ntfy.ts'
import { webhook } from '../adapters/notify/http/webhook.ts'
import { smtp } from '../adapters/notify/smtp/mail.ts'
import type { Notify } from '../ports/notify.ts'
import type { ChannelSettings } from '../settings/settings.ts'
import type { RelayPorts } from '../workflows/alerts/relay.ts'
import { textOf } from './named-file.ts'

/** From the first byte to the last, ms. A channel that hangs holds up the end of a reconcile by no more. */
const TIMEOUT_MS = 15_000

/** The channels of the settings. Their secrets are read when something is sent, so that a file that is gone by then costs that one channel. */
export function channelsFor(channels: readonly ChannelSettings[]): RelayPorts['channels'] {
  return channels.map((channel) => ({ name: channel.name, notify: { send: async (message, signal) => await open(channel).send(message, signal) } }))
}

function open(channel: ChannelSettings): Notify {
  const timeoutMs = TIMEOUT_MS
  switch (channel.is) {
    case 'webhook':
      return webhook({ url: secretIn(channel.urlFile), timeoutMs })
    case 'ntfy':
      return ntfy({ url: channel.url, topic: secretIn(channel.topicFile), token: channel.tokenFile === undefined ? undefined : secretIn(channel.tokenFile), timeoutMs })
    case 'matrix':
      return matrix({ url: channel.url, room: channel.room, token: secretIn(channel.tokenFile), timeoutMs })
    case 'smtp': {
      const { host, port, security, login, caFile, from, to } = channel
      return smtp({ host, port, security, from, to, timeoutMs, ca: caFile === undefined ? undefined : textOf(caFile), login: login && { username: login.username, password: secretIn(login.passwordFile) } })
    }
  }
}

function secretIn(file: string): string {
  return textOf(file).trim()
}

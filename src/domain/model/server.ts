import type { Domain } from './app.ts'

/** Where `cc-ci server` is to be found, as the host's settings say it. */
export interface ServerSettings {
  listen: { address: string; port: number }
  /** Under which the proxy leads to it; undefined: it is asked at its own address alone. */
  domain: Domain | undefined
  /** Platform apps that come first, whatever becomes of them. */
  after: readonly string[]
}

/** `127.0.0.1:8484`, `[::1]:8484` */
export function sayListen({ address, port }: ServerSettings['listen']): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

/** The server's own signal: it answers as soon as it serves, whatever else is up. */
export function healthUrlOf({ listen }: Pick<ServerSettings, 'listen'>): string {
  return `http://${sayListen(listen)}/healthz`
}

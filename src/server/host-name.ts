import type { ServerSettings } from '../domain/model/server.ts'

/** The names by which this server is asked: its domain, its address, and this very machine (a tunnel ends there, at any port). */
export function isOurHost(header: string | undefined, { listen, domain }: ServerSettings): boolean {
  const host = /^(\[[0-9a-f:]+\]|[^:]+)(:\d{1,5})?$/i.exec(header ?? '')?.[1]?.toLowerCase().replace(/^\[|\]$/g, '')
  return host !== undefined && [domain, listen.address, 'localhost', '127.0.0.1', '::1'].includes(host)
}

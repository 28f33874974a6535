const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\])$/
const USUAL: Record<string, string> = { 'http:': '80', 'https:': '443' }

/** Whether a host is whoever asks. */
export function isLocal(host: string): boolean {
  return LOCAL.test(host)
}

export function portOf(url: URL): string {
  return url.port || USUAL[url.protocol] || ''
}

/** By what two that ask are known to ask the same one: its host, or on this machine its port, as `:8080`. Undefined: it is no URL. */
export function addressOf(text: string): string | undefined {
  const url = URL.parse(text)
  return url ? (isLocal(url.hostname) ? `:${portOf(url)}` : url.hostname) : undefined
}

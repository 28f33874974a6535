export interface HttpAddress {
  /** With its login still in it. */
  url: URL
  /** As they are meant, without escapes; empty where there is none. */
  username: string
  password: string
}

/** Undefined: no address for HTTP, also where a `%` in its user or password is not written as `%25`, so that nobody can say what is meant. */
export function parseHttpAddress(text: string): HttpAddress | undefined {
  if (!/^https?:\/\/\S+$/.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  try {
    return { url, username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
  } catch {
    return undefined
  }
}

/** By its name alone: what is sent there is seen by nobody on the way. */
export function isThisHost(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/.test(host)
}

/** False: whoever is on the way reads what is sent there. */
export function isPrivateWay({ url: { protocol, hostname } }: HttpAddress): boolean {
  return protocol === 'https:' || isThisHost(hostname)
}

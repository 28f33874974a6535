/**
 * One observation of a URL from outside. Connects straight to `connect` (own resolver), ignores proxy variables and follows no redirect.
 * Never throws: what the other side does is an answer, and so is that a request cannot be made (`not-sent`).
 */
export interface Probes {
  http(request: HttpProbe): Promise<ProbeAnswer>
}

export interface HttpProbe {
  url: string
  method?: string
  headers?: Record<string, string>
  body?: string
  /** Where to connect instead of resolving the URL's host. */
  connect: { address: string; port: number }
  /** PEM of the authority that must have signed; undefined: the system's. Only for https. */
  ca?: string
  timeoutMs: number
  signal?: AbortSignal
  /** Bytes of the body kept. Default 64 KiB. */
  keepBytes?: number
}

export type ProbeAnswer =
  | { kind: 'answered'; status: number; headers: Record<string, string>; body: string; certificate?: Certificate; ms: number }
  | { kind: 'wrong-certificate'; says: string; certificate?: Certificate; ms: number }
  | { kind: 'refused'; says: string; ms: number }
  | { kind: 'timed-out'; after: 'connect' | 'answer'; ms: number }
  | { kind: 'broken'; says: string; ms: number }
  /** No such request can be made (a header that HTTP cannot carry, a URL that is none): nobody was asked, so nothing is known of the other side. */
  | { kind: 'not-sent'; says: string; ms: number }

export interface Certificate {
  subject: string
  issuer: string
  names: string[]
  /** ms UTC */
  validTo: number
  fingerprint: string
}

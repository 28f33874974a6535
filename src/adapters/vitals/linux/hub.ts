import type { HubAnswer } from '../../../domain/plan/doctor/pulls.ts'

/** ms; for each of the two questions. */
const LIMIT = 5_000
/** Docker's own image for this question: to ask for its head counts as no fetch (docs.docker.com, "Pulling images"). */
const IMAGE = 'ratelimitpreview/test'

export interface HubAt {
  auth: string
  registry: string
}

export const DOCKER_HUB: HubAt = { auth: 'https://auth.docker.io', registry: 'https://registry-1.docker.io' }

/** `ratelimit-limit: 100;w=21600` and `ratelimit-remaining: 76;w=21600`; neither where there is no limit for us. */
export async function askHub({ auth, registry }: HubAt, login: { username: string; password: string } | undefined): Promise<(HubAnswer & { skewMs: number | undefined }) | undefined> {
  try {
    const authorization = login && { authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}` }
    const granted = await fetch(`${auth}/token?service=registry.docker.io&scope=repository:${IMAGE}:pull`, { headers: { ...authorization }, signal: AbortSignal.timeout(LIMIT) })
    if (!granted.ok) return undefined
    const { token } = (await granted.json()) as { token?: unknown }
    const { headers } = await fetch(`${registry}/v2/${IMAGE}/manifests/latest`, { method: 'HEAD', headers: { authorization: `Bearer ${String(token)}` }, signal: AbortSignal.timeout(LIMIT) })
    const date = Date.parse(headers.get('date') ?? '')
    return { limit: countIn(headers.get('ratelimit-limit')), left: countIn(headers.get('ratelimit-remaining')), skewMs: Number.isNaN(date) ? undefined : Date.now() - date }
  } catch {
    // Whatever it is, it was not reached: the doctor says so.
    return undefined
  }
}

function countIn(header: string | null): number | undefined {
  const count = /^\s*(\d+)/.exec(header ?? '')?.[1]
  return count === undefined ? undefined : Number(count)
}

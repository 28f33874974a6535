import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { Reach } from '../../../src/ports/engine.ts'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** Asks as people do: at the proxy's address, with the app's name. */
export function ask(reach: Reach, host: string, path = '/', given: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: reach.address, port: reach.port, servername: host, ca: reach.ca, path, method: given.method ?? 'GET', headers: { ...given.headers, host }, agent: false }
    const sent = (reach.scheme === 'https' ? secureRequest : request)(options, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      response.on('error', reject)
    })
    sent.setTimeout(10_000, () => sent.destroy(new Error(`no answer from ${host}${path}`)))
    sent.on('error', reject)
    sent.end(given.body)
  })
}

/** Asks until `is` likes the answer: a proxy may learn of a task a little later than the engine. */
export async function askUntil(reach: Reach, host: string, is: (answer: Answer) => boolean, limitMs = 20_000): Promise<Answer> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const answer = await ask(reach, host).catch((error: Error) => ({ status: 0, headers: {}, body: error.message }))
    if (is(answer)) return answer
    if (performance.now() > deadline) throw new Error(`the wanted answer did not come within ${limitMs} ms; the last one: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

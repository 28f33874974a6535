import http from 'node:http'
import { PortError, type PortErrorKind } from '../../../ports/port-error.ts'

interface Answered {
  value?: unknown
  refusal?: { kind: PortErrorKind; message: string; says: string }
}

/** One call to the scripted world; its refusals come back as errors of the port. */
export function callWorld<T>(socket: string, method: string, args: unknown, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: socket, path: '/call', method: 'POST', agent: false, ...(signal ? { signal } : {}) }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', (error) => reject(lost(method, error)))
      response.on('end', () => {
        const answer = JSON.parse(Buffer.concat(parts).toString('utf8')) as Answered
        if (answer.refusal) return reject(new PortError(answer.refusal.kind, answer.refusal.message, { says: answer.refusal.says }))
        resolve((answer.value ?? undefined) as T)
      })
    })
    request.on('error', (error) => reject(signal?.aborted ? new PortError('timeout', `${method} was given up.`, { cause: error }) : lost(method, error)))
    request.end(JSON.stringify({ method, args }))
  })
}

function lost(method: string, error: Error): PortError {
  return new PortError('unreachable', `The scripted engine does not answer ${method}: ${error.message}`, { cause: error })
}

import http from 'node:http'
import { PortError, type PortErrorKind } from '../../../ports/port-error.ts'

/** A line of an answer: something that a program printed meanwhile, or, last, what came of the call. */
interface Answered {
  line?: string
  value?: unknown
  refusal?: { kind: PortErrorKind; message: string; says: string }
}

/** One call to the scripted world; its refusals come back as errors of the port. */
export function callWorld<T>(socket: string, method: string, args: unknown, signal?: AbortSignal, onLine?: (line: string) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(signal?.aborted ? new PortError('timeout', `${method} was given up.`, { cause: error }) : lost(method, error))
    const request = http.request({ socketPath: socket, path: '/call', method: 'POST', agent: false, ...(signal ? { signal } : {}) }, (response) => {
      let rest = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        const lines = (rest + part).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) take(JSON.parse(line) as Answered)
      })
      response.on('error', fail)
      response.on('end', () => fail(new Error('it ended before it answered')))
    })
    const take = (answer: Answered) => {
      if (answer.line !== undefined) onLine?.(answer.line)
      else if (answer.refusal) reject(new PortError(answer.refusal.kind, answer.refusal.message, { says: answer.refusal.says }))
      else resolve((answer.value ?? undefined) as T)
    }
    request.on('error', fail)
    request.end(JSON.stringify({ method, args }))
  })
}

function lost(method: string, error: Error): PortError {
  return new PortError('unreachable', `The scripted engine does not answer ${method}: ${error.message}`, { cause: error })
}

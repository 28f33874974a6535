import { createServer } from 'node:net'
import { PortError } from '../../../ports/port-error.ts'

export interface PortPool {
  /** A port that is free now: `before` again where it still is, so that neighbours who were told it stay right. */
  take(before: number | undefined): Promise<number>
  giveBack(port: number): void
}

/**
 * Ports for programs. The kernel names one that is free now, and we never hand out one twice; between its answer and the program's own
 * `listen` somebody else may still take it. The health check looks at who really listens there, and the next start asks again.
 */
export function portPool(): PortPool {
  const taken = new Set<number>()
  return {
    async take(before) {
      if (before !== undefined && (await isFree(before))) return before
      for (;;) {
        const port = await tryListen(0).catch((error: Error) => {
          throw new PortError('unexpected', `looking for a free port: ${error.message}`, { cause: error })
        })
        if (taken.has(port)) continue
        taken.add(port)
        if (before !== undefined) taken.delete(before)
        return port
      }
    },
    giveBack: (port) => void taken.delete(port),
  }
}

async function isFree(port: number): Promise<boolean> {
  return await tryListen(port).then(
    () => true,
    () => false,
  )
}

function tryListen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port was given'))))
    })
  })
}

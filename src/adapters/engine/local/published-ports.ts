import { connect, createServer, type Server, type Socket } from 'node:net'
import { PortError } from '../../../ports/port-error.ts'

/** Ports of this machine that lead to services, as Swarm's routing mesh does: at 127.0.0.1, to a running task, whichever port it has. */
export interface PublishedPorts {
  /**
   * From now on exactly these ports lead to `tasks`. `conflict` where one is taken by somebody else; then nothing has changed.
   */
  set(ports: readonly number[], tasks: () => number[]): Promise<void>
  close(): Promise<void>
}

export function publishedPorts(service: string): PublishedPorts {
  const open = new Map<number, Opened>()

  async function set(ports: readonly number[], tasks: () => number[]): Promise<void> {
    const fresh = new Map<number, Opened>()
    try {
      for (const port of ports) if (!open.has(port) && !fresh.has(port)) fresh.set(port, await openPort(port, tasks))
    } catch (error) {
      await Promise.all([...fresh.values()].map(closeOpened))
      const port = (error as { port?: number }).port
      throw new PortError('conflict', `publishing port ${port} of service ${service}: ${(error as Error).message}; end what listens there`, { cause: error })
    }
    for (const [port, opened] of fresh) open.set(port, opened)
    for (const [port, opened] of open) {
      if (ports.includes(port)) continue
      open.delete(port)
      await closeOpened(opened)
    }
  }

  return { set, close: () => set([], () => []) }
}

interface Opened {
  server: Server
  sockets: Set<Socket>
}

function openPort(port: number, tasks: () => number[]): Promise<Opened> {
  const sockets = new Set<Socket>()
  let turn = 0
  const server = createServer((socket) => {
    const ports = tasks()
    const task = ports[turn++ % ports.length]
    socket.on('error', () => socket.destroy())
    if (task === undefined) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    const onward = connect({ host: '127.0.0.1', port: task })
    onward.on('error', () => socket.destroy())
    onward.on('close', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      onward.destroy()
    })
    socket.pipe(onward).pipe(socket)
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(Object.assign(error, { port })))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve({ server, sockets }))
  })
}

async function closeOpened({ server, sockets }: Opened): Promise<void> {
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
}

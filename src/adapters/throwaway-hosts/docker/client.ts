import type { Finished, Processes } from '../../../ports/process.ts'
import { errorOf } from './errors.ts'

/** Docker's own client on the engine that the hosts run on. */
export interface Client {
  /** An exit code other than 0 is a `PortError`. Answers standard output without its last line break. */
  (doing: string, args: readonly string[], given?: ClientCall): Promise<string>
  /** The same without judging the exit code. */
  ask(args: readonly string[], given?: ClientCall): Promise<Finished>
  /** A shell line in which `$client` is this client, with further arguments as `$1` …: for pipes between two of them. */
  pipe(doing: string, line: string, args: readonly string[], given?: ClientCall): Promise<string>
}

export interface ClientCall {
  stdin?: string
  signal?: AbortSignal
  timeoutMs?: number
}

/** ms */
const LIMIT = 60_000

export function clientOf(given: { processes: Processes; path: string; dockerHost: string }): Client {
  const { processes, path, dockerHost } = given
  const env = { ...processes.baseEnv(), DOCKER_HOST: dockerHost, DOCKER_BUILDKIT: '0' }
  const run = (argv: [string, ...string[]], { stdin, signal, timeoutMs = LIMIT }: ClientCall, more: Record<string, string> = {}) =>
    processes.run({ argv, env: { ...env, ...more }, timeoutMs, ...(stdin !== undefined && { stdin }), ...(signal && { signal }) })
  const judged = (doing: string, ended: Finished) => {
    if (ended.exitCode !== 0) throw errorOf(doing, ended)
    return ended.stdout.trimEnd()
  }
  return Object.assign(
    async (doing: string, args: readonly string[], call: ClientCall = {}) => judged(doing, await run([path, ...args], call)),
    {
      ask: (args: readonly string[], call: ClientCall = {}) => run([path, ...args], call),
      pipe: async (doing: string, line: string, args: readonly string[], call: ClientCall = {}) => judged(doing, await run(['/bin/sh', '-euc', line, 'pipe', ...args], call, { client: path })),
    },
  )
}

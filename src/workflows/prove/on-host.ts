import type { Ran, ThrowawayHost } from '../../ports/throwaway-hosts.ts'
import { PortError } from '../../ports/port-error.ts'

/** A program on a throw-away host that has to succeed. */
export interface OnHost {
  readonly host: ThrowawayHost
  /** Answers its standard output. */
  (doing: string, ...argv: [string, ...string[]]): Promise<string>
  /** The same without judging the exit code. */
  ask(...argv: [string, ...string[]]): Promise<Ran>
  /** Shell lines of ours, from standard input. */
  script(doing: string, lines: string): Promise<string>
  /** A file whole, with folders above it. */
  write(path: string, text: string): Promise<void>
}

/** ms: long enough for what installs, pulls or pushes. */
const LIMIT = 10 * 60_000

export function onHost(host: ThrowawayHost, signal: AbortSignal): OnHost {
  const run = (argv: [string, ...string[]], stdin?: string) => host.run(argv, { signal, timeoutMs: LIMIT, ...(stdin !== undefined && { stdin }) })
  const judged = (doing: string, { code, out, err }: Ran) => {
    if (signal.aborted) throw new PortError('timeout', `${doing}: ended by ${String(signal.reason ?? 'a signal')}.`)
    if (code !== 0) throw new PortError('unexpected', `${doing} ended with ${code ?? 'a signal'}: ${(err.trim() || out.trim()).split('\n').slice(-8).join(' | ')}`)
    return out
  }
  const script = async (doing: string, lines: string) => judged(doing, await run(['/bin/sh'], lines))
  return Object.assign(async (doing: string, ...argv: [string, ...string[]]) => judged(doing, await run(argv)), {
    host,
    ask: (...argv: [string, ...string[]]) => run(argv),
    script,
    async write(path: string, text: string) {
      judged(`writing ${path}`, await run(['/bin/sh', '-euc', 'mkdir -p "$(dirname "$1")"; cat > "$1"', 'write', path], text))
    },
  })
}

/**
 * `node visitor-program.ts URL PORT CA`: asks for the page at 127.0.0.1 until standard input ends, and prints a line for each answer:
 * `<ms since start> <status> <first line>`, or what came instead.
 */
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { nodeProbes } from '../../src/adapters/probe/node/probes.ts'

const PACE = 50
const [url, port, ca] = process.argv.slice(2) as [string, string, string]
const certificates = readFileSync(ca, 'utf8')
const probes = nodeProbes()
const over = new AbortController()
process.stdin.on('end', () => over.abort()).resume()
while (!over.signal.aborted) {
  const answer = await probes.http({ url, connect: { address: '127.0.0.1', port: Number(port) }, ca: certificates, timeoutMs: 2_000 })
  process.stdout.write(`${Math.round(performance.now())} ${answer.kind === 'answered' ? `${answer.status} ${answer.body.split('\n')[0]}` : answer.kind}\n`)
  await setTimeout(PACE, undefined, { signal: over.signal }).catch(() => {})
}

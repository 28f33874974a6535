/** `node ask-program.ts URL PORT CA METHOD [BODY]`: asks once at 127.0.0.1 and prints the status and the first line of the body, or what came instead. */
import { readFileSync } from 'node:fs'
import { nodeProbes } from '../../src/adapters/probe/node/probes.ts'

const [url, port, ca, method, body] = process.argv.slice(2) as [string, string, string, string, string?]
const answer = await nodeProbes().http({ url, method, ...(body === undefined ? {} : { body }), connect: { address: '127.0.0.1', port: Number(port) }, ca: readFileSync(ca, 'utf8'), timeoutMs: 5_000 })
process.stdout.write(answer.kind === 'answered' ? `${answer.status} ${answer.body.split('\n')[0]}` : answer.kind)

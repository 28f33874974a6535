/** `node ask-program.ts`: asks what standard input says, an `HttpProbe` as JSON, and prints the answer. */
import { text } from 'node:stream/consumers'
import { nodeProbes } from '../../src/adapters/probe/node/probes.ts'
import type { HttpProbe } from '../../src/ports/probe.ts'

process.stdout.write(JSON.stringify(await nodeProbes().http(JSON.parse(await text(process.stdin)) as HttpProbe)))

/** `node bad-registry-program.ts FAULT`: a bad registry where this program runs, until standard input ends. Prints its host and port. */
import { type Fault, startBadRegistry } from './bad-registry.ts'

const registry = await startBadRegistry({ fault: JSON.parse(process.argv[2]!) as Fault })
process.stdout.write(`${registry.host}\n`)
process.stdin.on('end', () => void registry.close()).resume()

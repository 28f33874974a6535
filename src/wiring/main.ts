import { exitCode } from './exit.ts'

process.exitCode = await exitCode(process.argv.slice(2))
// A handle that somebody forgot must not keep a finished command alive; what matters was awaited.
process.exit()

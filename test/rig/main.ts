import { rigDown, rigEnv, rigStatus, rigUp } from './index.ts'
import { shellLines } from './environment.ts'
import { parts } from './parts.ts'

/** `npm run rig -- up|env|status|down [PART…]`: starts, points at, lists and stops the real parts that tests use. */

const usage = `npm run rig -- COMMAND [PART…]

  up [PART…]      brings parts up, with all they need (default: all but the optional ones)
  env             shell lines that point the command line at the rig:  eval "$(npm run -s rig -- env)"
  status          which parts are up
  down [PART…]    stops parts (default: all); what was built stays in the cache

Parts: ${parts.map((part) => (part.byDefault ? part.name : `${part.name} (optional)`)).join(', ')}
`

async function main([command, ...names]: string[]): Promise<number> {
  if (command === 'up') {
    const began = performance.now()
    await rigUp(names)
    process.stderr.write(`rig: up after ${((performance.now() - began) / 1000).toFixed(1)} s.  eval "$(npm run -s rig -- env)" points the command line at it\n`)
    return 0
  }
  if (command === 'down') {
    await rigDown(names)
    return 0
  }
  if (command === 'env') {
    process.stdout.write(`${shellLines(await rigEnv()).join('\n')}\n`)
    return 0
  }
  if (command === 'status') {
    for (const { part, state } of await rigStatus()) {
      const words = [part.name.padEnd(24), (state.up ? 'up' : 'down').padEnd(6), (state.version ?? '').padEnd(20), state.where ?? state.note ?? '']
      process.stdout.write(`${words.join(' ').trimEnd()}\n`)
    }
    return 0
  }
  process.stderr.write(usage)
  return command === undefined || command === 'help' || command === '--help' ? 0 : 2
}

// Whoever reads may have seen enough: `npm run rig -- status | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`rig: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

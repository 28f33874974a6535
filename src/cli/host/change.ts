import { carryOut, foresee, type HostChange, type HostStep } from '../../workflows/host/step.ts'
import { type Call, EXIT } from '../command.ts'

/** Carries steps out, or foretells them with `--dry-run`, and says of each what became of it. `done`: what is said when all of it is. */
export async function changeHost(call: Call, steps: readonly HostStep[], says: { done: readonly string[] }): Promise<number> {
  const { io } = call
  const dry = call.flag('dry-run')
  const tell = (change: HostChange) => {
    if (!call.json && change.state !== 'left as it is') io.out(lineOf(change))
  }
  const changes = dry ? await foresee(steps) : await carryOut(steps, tell, call.services.signals.cancel)
  if (dry) for (const change of changes) tell(change)
  const failed = changes.some(({ state }) => state === 'failed' || state === 'not begun')
  const same = changes.filter(({ state }) => state === 'left as it is').length
  if (call.json) io.out(JSON.stringify({ dryRun: dry, ok: !failed, changes, ...(failed || dry ? {} : { says: says.done }) }, null, 2))
  else {
    if (same > 0) io.out(`${same} of ${changes.length} steps: as it should be already.`)
    if (failed) io.out('What was done stays done, and nothing is half. Mend what failed, then the same again: it goes on from there.')
    else if (dry) io.out('Nothing was done: --dry-run.')
    else for (const line of says.done) io.out(line)
  }
  return failed ? EXIT.infra : EXIT.pass
}

const MARK = { done: '✓', 'left as it is': '·', 'to do': '→', failed: '✗', 'not begun': '-' }

function lineOf({ step, state, says }: HostChange): string {
  return `${MARK[state]} ${step}${state === 'not begun' ? ': not begun' : says ? ` (${says})` : ''}`
}

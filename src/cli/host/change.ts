import { changeAlone } from '../../workflows/host/alone.ts'
import { foresee, type HostChange, type HostStep } from '../../workflows/host/step.ts'
import { type Call, EXIT, InfraError } from '../command.ts'

/** Carries steps out, or foretells them with `--dry-run`, and says of each what became of it. `done`: what is said when all of it is. */
export async function changeHost(call: Call, given: { why: string; steps(): Promise<HostStep[]>; done: readonly string[] }): Promise<number> {
  const { io, services } = call
  const dry = call.flag('dry-run')
  const tell = (change: HostChange) => {
    if (!call.json && change.state !== 'left as it is') io.out(lineOf(change))
  }
  const changes = dry ? await foresee(await given.steps()) : await changeAlone(services.machineLocks, { ...given, onChange: tell, signal: services.signals.cancel })
  if ('heldBy' in changes) throw new InfraError(`Nothing was done: ${changes.heldBy.why} is under way (process ${changes.heldBy.pid}). One at a time: the same again when it has ended.`)
  if (dry) for (const change of changes) tell(change)
  const failed = changes.some(({ state }) => state === 'failed' || state === 'not begun')
  const same = changes.filter(({ state }) => state === 'left as it is').length
  if (call.json) io.out(JSON.stringify({ dryRun: dry, ok: !failed, changes, ...(failed || dry ? {} : { says: given.done }) }, null, 2))
  else {
    if (same > 0) io.out(`${same} of ${changes.length} steps: as it should be already.`)
    if (failed) io.out('What was done stays done, and nothing is half. Mend what failed, then the same again: it goes on from there.')
    else if (dry) io.out('Nothing was done: --dry-run.')
    else for (const line of given.done) io.out(line)
  }
  return failed ? EXIT.infra : EXIT.pass
}

const MARK = { done: '✓', 'left as it is': '·', 'to do': '→', failed: '✗', 'not begun': '-' }

function lineOf({ step, state, says }: HostChange): string {
  return `${MARK[state]} ${step}${state === 'not begun' ? ': not begun' : says ? ` (${says})` : ''}`
}

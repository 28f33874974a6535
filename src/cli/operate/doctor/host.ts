import { existsSync } from 'node:fs'
import { failedJobFindings, ownPruneFinding } from '../../../domain/plan/doctor/tidying.ts'
import { timeFinding } from '../../../domain/plan/doctor/time.ts'
import { toolFindings } from '../../../domain/plan/doctor/tools.ts'
import type { Finding } from '../../../domain/plan/doctor/finding.ts'
import type { Vitals } from '../../../ports/vitals.ts'
import type { Call } from '../../command.ts'
import { scheduledPrunes } from './prune.ts'

/** What can be said of this machine without any engine. */
export async function hostFindings({ services }: Call, hub: Awaited<ReturnType<Vitals['askHub']>>): Promise<Finding[]> {
  const { machine, vitals, settings, stateFolder, records, pruneRecords, clock } = services
  const { client } = settings.docker
  const [kept, failedUnits, last, runs] = await Promise.all([vitals.timeIsKept(), vitals.failedUnits(), pruneRecords.read(), records.list()])
  return [
    ...(existsSync(stateFolder) ? [] : [{ about: 'state', state: 'note' as const, says: `${stateFolder} is not there yet; the first run makes it`, fix: 'make-state-folder' as const }]),
    ...toolFindings([
      { name: 'git', isThere: machine.has('git'), for: 'no recipe can be read', mend: 'apt-get install git' },
      // Where nothing is deployed to a Swarm nobody misses it.
      ...(settings.swarmConfigured && !client.includes('/') ? [{ name: client, isThere: machine.has(client), for: 'no app can be deployed', mend: 'install the Docker client, or name it under docker: client: in the settings' }] : []),
    ]),
    timeFinding({ kept, skewMs: hub?.skewMs }),
    ...ownPruneFinding({ last, runs: runs.length, now: clock.now() }),
    ...failedJobFindings(scheduledPrunes(), failedUnits),
  ]
}

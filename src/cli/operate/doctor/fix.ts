import { existsSync } from 'node:fs'
import { counted } from '../../../domain/report/words.ts'
import type { Finding, Fix } from '../../../domain/plan/doctor/finding.ts'
import type { Call } from '../../command.ts'
import { cleanDead, sayCleaned } from '../../runs/clean.ts'
import { pruneHost, sayPruned } from '../prune.ts'

/** Carries out what these findings can be mended by, each once, and answers what was done, a line each. Dead temporaries go in any case: nobody can need them. */
export async function carryOutFixes(call: Call, findings: readonly Finding[]): Promise<string[]> {
  const { services } = call
  const did: string[] = []
  await services.removeDeadTemporaries()
  did.push('removed what dead processes left under temporary names')
  for (const fix of new Set(findings.flatMap(({ fix: one }) => one ?? []))) did.push(...(await carryOut(call, fix)))
  return did
}

async function carryOut(call: Call, fix: Fix): Promise<string[]> {
  const { services } = call
  switch (fix) {
    case 'clean-runs': {
      const cleaned = await cleanDead(call)
      return [`tore down what ${counted(cleaned.filter(({ did }) => did === 'removed').length, 'dead run')} left`, ...cleaned.filter(({ did }) => did !== 'removed').map(sayCleaned)]
    }
    case 'prune':
      return sayPruned(await pruneHost(call, { dryRun: false })).map((line) => `prune: ${line}`)
    case 'make-state-folder':
      if (existsSync(services.stateFolder)) return []
      await services.machine.makeFolder(services.stateFolder, 0o700)
      return [`made ${services.stateFolder}`]
    case 'load-ipvs': {
      const trouble = await services.vitals.loadModule('ip_vs')
      return [trouble === undefined ? 'loaded the module ip_vs' : `could not load the module ip_vs: ${trouble}`]
    }
  }
}

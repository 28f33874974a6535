import type { Problem } from '../model/problem.ts'
import type { BootGraph } from './graph.ts'

/** Warns of each gate that the boot never comes to, since its unit takes no part in it. */
export function warnOfNotStarted({ units }: BootGraph): Problem[] {
  return units.flatMap(({ name, gate, starts }): Problem[] => {
    if (!gate || starts.when === 'boot') return []
    const why = starts.when === 'later' ? `${starts.by} starts it later` : starts.why
    return [{ ...gate.place, rule: 'boot/not-started', severity: 'warning', message: `${name} takes no part in the boot (${why}): its gate is not looked at.`, mend: `Enable ${name} for the boot (a link below *.wants, or WantedBy= in [Install]), or take its gate out.` }]
  })
}

import { analyse } from '../../domain/boot/analyse.ts'
import { fixesFor } from '../../domain/boot/fixes.ts'
import { hasErrors, inReadingOrder } from '../../domain/model/problem.ts'
import { type BootReport, renderBootReport } from '../../domain/report/boot/check.ts'
import { sayFindings } from '../../domain/report/boot/findings.ts'
import { bootSarif } from '../../domain/report/boot/sarif.ts'
import { type Command, EXIT } from '../command.ts'
import { filePlace } from '../places.ts'
import { BOOT_OPTIONS, readBoot } from './read-boot.ts'

export const bootCheck: Command = {
  name: 'boot check',
  summary: 'deadlocks of a boot, found before it boots, each with fixes that were tried',
  usage: '[FOLDER | FILE] [--probes FILE]… [--sarif FILE]',
  options: { ...BOOT_OPTIONS, sarif: { type: 'string', value: 'FILE', says: 'write the findings as SARIF, too, for the code views of forges' } },
  words: { least: 0, most: 1 },
  examples: ['cc-ci boot check', 'cc-ci boot check /etc/systemd/system --probes probes.yml', 'cc-ci boot check ./units --sarif boot.sarif'],
  async run(call) {
    const sarif = filePlace(call, 'sarif')
    const { graph, problems, from } = await readBoot(call)
    const analysis = analyse(graph)
    const report: BootReport = {
      verdict: hasErrors(problems) || analysis.findings.length > 0 ? 'refused' : 'sound',
      from,
      units: graph.units.filter(({ isSystem }) => !isSystem).length,
      gates: graph.units.filter(({ gate }) => gate !== null).length,
      findings: sayFindings(graph, analysis, fixesFor(graph, analysis)),
      problems: inReadingOrder(problems),
    }
    call.io.out(call.json ? JSON.stringify(report, null, 2) : renderBootReport(report))
    await sarif?.write(`${JSON.stringify(bootSarif(report, call.services.version), null, 2)}\n`)
    return report.verdict === 'sound' ? EXIT.pass : EXIT.usage
  },
}

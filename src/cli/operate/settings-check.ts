import { renderProblems } from '../../domain/report/problems.ts'
import { type Command, EXIT } from '../command.ts'

export const settingsCheck: Command = {
  name: 'settings check',
  summary: 'every mistake in the settings, with file, line, column and mend',
  usage: '',
  options: {},
  words: { least: 0, most: 0 },
  examples: ['cc-ci settings check --settings ./settings.yml'],
  bearsMistakenSettings: true,
  async run(call) {
    const { settings, settingsProblems } = call.services
    if (call.json) call.io.out(JSON.stringify({ file: settings.file ?? null, problems: settingsProblems }, null, 2))
    else if (settingsProblems.length > 0) call.io.out(renderProblems(settingsProblems))
    else call.io.out(settings.file ? `${settings.file}: no mistakes` : 'There is no settings file: everything has its default. cc-ci settings example prints one.')
    return settingsProblems.some((problem) => problem.severity === 'error') ? EXIT.usage : EXIT.pass
  },
}

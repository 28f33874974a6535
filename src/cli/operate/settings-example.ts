import { settingsExampleText } from '../../settings/definition.ts'
import { type Command, EXIT } from '../command.ts'

export const settingsExample: Command = {
  name: 'settings example',
  summary: 'a commented settings file to begin with',
  usage: '',
  options: {},
  words: { least: 0, most: 0 },
  examples: ['cc-ci settings example > settings.yml'],
  bearsMistakenSettings: true,
  async run(call) {
    call.io.out(call.json ? JSON.stringify({ example: settingsExampleText() }, null, 2) : settingsExampleText())
    return EXIT.pass
  },
}

import { settingsJsonSchema } from '../../settings/definition.ts'
import { type Command, EXIT } from '../command.ts'

export const settingsSchema: Command = {
  name: 'settings schema',
  summary: 'the JSON Schema of the settings, for editors',
  usage: '',
  options: {},
  words: { least: 0, most: 0 },
  examples: ['cc-ci settings schema > settings.schema.json'],
  bearsMistakenSettings: true,
  async run(call) {
    call.io.out(JSON.stringify(settingsJsonSchema(), null, 2))
    return EXIT.pass
  },
}

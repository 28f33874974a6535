import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { analyse } from '../../domain/boot/analyse.ts'
import { renderUnits } from '../../domain/boot/systemd/render.ts'
import { hasErrors } from '../../domain/model/problem.ts'
import { type Command, EXIT, UsageError } from '../command.ts'
import { readPlatform } from './read-platform.ts'

export const bootRender: Command = {
  name: 'boot render',
  summary: 'what this host brings up, as systemd units',
  usage: '--to systemd [--out DIR] [--program FILE] [--user NAME]',
  options: {
    to: { type: 'string', value: 'systemd', says: 'what to render to' },
    out: { type: 'string', value: 'DIR', says: 'write the units there; without it they are printed' },
    program: { type: 'string', value: 'FILE', says: 'the cc-ci that the units start; default: /usr/local/bin/cc-ci' },
    user: { type: 'string', value: 'NAME', says: 'who runs it, with access to Docker; default: root' },
  },
  words: { least: 0, most: 0 },
  examples: ['cc-ci boot render --to systemd --out /etc/systemd/system', 'cc-ci boot render --to systemd --json'],
  async run(call) {
    const to = call.text('to')
    if (to !== 'systemd') throw new UsageError(to === undefined ? 'boot render needs --to systemd.' : `--to takes systemd, not "${to}".`)
    const { settings } = call.services
    const { graph, problems } = await readPlatform(call)
    if (hasErrors(problems) || analyse(graph).findings.length > 0) throw new UsageError('This boot would not come up: see cc-ci boot check. Nothing was rendered.')
    const files = renderUnits(settings, { program: resolve(call.text('program') ?? '/usr/local/bin/cc-ci'), stateFolder: settings.stateFolder, cacheFolder: settings.cacheFolder, settingsFile: settings.file!, user: call.text('user') ?? null })
    const out = call.text('out')
    if (out !== undefined) {
      mkdirSync(out, { recursive: true })
      for (const [name, text] of files) writeFileSync(join(out, name), text)
    }
    if (call.json) call.io.out(JSON.stringify(Object.fromEntries(files), null, 2))
    else call.io.out(out === undefined ? [...files].map(([name, text]) => `# ${name}\n${text}`).join('\n') : `${files.size} units in ${out}: ${[...files.keys()].join(', ')}. To bring them up: systemctl daemon-reload && systemctl enable --now ${['cc-ci.target', ...[...files.keys()].filter((name) => name.endsWith('.timer'))].join(' ')}`)
    return EXIT.pass
  },
}

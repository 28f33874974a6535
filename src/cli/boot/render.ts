import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isRenderedNix, renderNix } from '../../domain/boot/nix/render.ts'
import { isRendered, isUserName, renderUnits } from '../../domain/boot/systemd/render.ts'
import { type Command, EXIT, UsageError } from '../command.ts'
import { folderPlace } from '../places.ts'
import { comesUp } from './comes-up.ts'

export const bootRender: Command = {
  name: 'boot render',
  summary: 'what this host brings up, as systemd units or as a NixOS module',
  usage: '--to systemd|nix [--out DIR] [--program FILE] [--user NAME]',
  options: {
    to: { type: 'string', value: 'systemd|nix', says: 'what to render to' },
    out: { type: 'string', value: 'DIR', says: 'write the units, or cc-ci.nix, there; without it they are printed' },
    program: { type: 'string', value: 'FILE', says: 'the cc-ci that the units start; default: /usr/local/bin/cc-ci' },
    user: { type: 'string', value: 'NAME', says: 'who runs it, with access to Docker; default: root' },
  },
  words: { least: 0, most: 0 },
  examples: ['cc-ci boot render --to systemd --out /etc/systemd/system', 'cc-ci boot render --to nix --out /etc/nixos --program /opt/cc-ci/cc-ci', 'cc-ci boot render --to systemd --json'],
  async run(call) {
    const to = call.text('to')
    if (to !== 'systemd' && to !== 'nix') throw new UsageError(to === undefined ? 'boot render needs --to systemd or --to nix.' : `--to takes systemd or nix, not "${to}".`)
    const user = call.text('user')
    if (user !== undefined && !isUserName(user)) throw new UsageError(`--user takes the name of a user, in letters, digits, "_", "-" and ".", not ${JSON.stringify(user)}.`)
    const out = folderPlace(call, 'out')
    const { settings } = call.services
    if (!(await comesUp(call))) throw new UsageError('This boot would not come up: see cc-ci boot check. Nothing was rendered.')
    const program = resolve(call.text('program') ?? '/usr/local/bin/cc-ci')
    const units = renderUnits(settings, { program, stateFolder: settings.stateFolder, cacheFolder: settings.cacheFolder, settingsFile: settings.file!, user: user ?? null })
    const files = to === 'nix' ? new Map([['cc-ci.nix', renderNix(units, { program })]]) : units
    const foreign = out === undefined ? [] : [...files.keys()].map((name) => join(out.path, name)).filter((file) => isForeign(file, to === 'nix' ? isRenderedNix : isRendered))
    if (foreign.length > 0) throw new UsageError(`${foreign.join(', ')}: not rendered by cc-ci, and left as it is. Move it away, or name another folder with --out. Nothing was written.`)
    await out?.fill((folder) => {
      for (const [name, text] of files) writeFileSync(join(folder, name), text)
    })
    if (out !== undefined && to === 'systemd') for (const line of leftBehind(out.path, files)) call.io.err(line)
    if (call.json) call.io.out(JSON.stringify(Object.fromEntries(files), null, 2))
    else call.io.out(out === undefined ? [...files].map(([name, text]) => `# ${name}\n${text}`).join('\n') : howToGoOn(to, out.path, [...files.keys()]))
    return EXIT.pass
  },
}

/** Somebody's own: there, and not as we write it. What cannot be read is nobody's to write over. */
function isForeign(file: string, isOurs: (text: string) => boolean): boolean {
  try {
    return !isOurs(readFileSync(file, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

/** Units of ours that the settings no longer have: they would go on being started. */
function leftBehind(folder: string, files: ReadonlyMap<string, string>): string[] {
  const left = readdirSync(folder).filter((name) => /^cc-ci.*\.(service|timer|target)$/.test(name) && !files.has(name) && !isForeign(join(folder, name), isRendered))
  return left.map((name) => `${join(folder, name)} was rendered by cc-ci, and is not in the settings any more. To take it away: systemctl disable --now ${name}; rm ${join(folder, name)}; systemctl daemon-reload`)
}

function howToGoOn(to: 'systemd' | 'nix', out: string, files: readonly string[]): string {
  if (to === 'nix') return `${join(out, files[0]!)}. To bring its units up: import it in configuration.nix, say services.cc-ci.enable = true there, and nixos-rebuild switch`
  return `${files.length} units in ${out}: ${files.join(', ')}. To bring them up: systemctl daemon-reload && systemctl enable --now ${['cc-ci.target', ...files.filter((name) => name.endsWith('.timer'))].join(' ')}`
}

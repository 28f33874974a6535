import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { INSTALLATION, LAYOUT } from '../../domain/boot/install/layout.ts'
import { renderUnits } from '../../domain/boot/systemd/render.ts'
import { hasErrors } from '../../domain/model/problem.ts'
import { settingsExampleText } from '../../settings/definition.ts'
import { loadSettings } from '../../settings/load.ts'
import { installSteps, missingFor, unitsOfOthers } from '../../workflows/host/install.ts'
import { comesUp } from '../boot/comes-up.ts'
import { type Call, type Command, UsageError } from '../command.ts'
import { changeHost } from './change.ts'

export const hostInstall: Command = {
  name: 'host install',
  summary: 'puts cc-ci on this host, or brings what is there up to date',
  usage: '[--settings FILE] [--now] [--dry-run]',
  options: {
    now: { type: 'boolean', says: 'bring everything up now, too, and not only at the next boot' },
    'dry-run': { type: 'boolean', says: 'say what would be done, and do nothing' },
  },
  words: { least: 0, most: 0 },
  examples: ['cc-ci host install --dry-run', 'cc-ci host install --settings ./settings.yml --now'],
  interrupted: 'ending after the step that is under way. The same again goes on from there.',
  async run(call) {
    const { machine, program, settings } = call.services
    const missing = missingFor(machine)
    if (missing.length > 0) throw new UsageError(`Nothing was installed. ${missing.join(' ')}`)
    const settingsText = await settingsToInstall(call)
    if (settings.platform.length > 0 && !(await comesUp(call))) throw new UsageError('Nothing was installed: with these settings this host would not come up at its next boot. See cc-ci boot check.')
    const units = renderUnits(settings, INSTALLATION)
    const foreign = await unitsOfOthers(machine, [...units.keys()])
    if (foreign.length > 0) throw new UsageError(`Nothing was installed. ${foreign.join(', ')}: not rendered by cc-ci, and left as it is. Move it away.`)
    const steps = () => installSteps({ machine, program, settingsText, units, now: call.flag('now') })
    return await changeHost(call, {
      why: 'host install', steps,
      done: call.flag('now') ? ['It is being brought up: cc-ci platform status, or systemctl list-jobs.'] : [`Everything is brought up at the next boot; now: systemctl start cc-ci.target. The settings are in ${LAYOUT.settings}.`],
    })
  },
}

/** The settings that this host will have: its own, or those that were named, or an example in which every line is a comment. */
async function settingsToInstall(call: Call): Promise<string> {
  const { machine, settings } = call.services
  const there = await machine.read(LAYOUT.settings)
  const { file } = settings
  if (there !== undefined && file === LAYOUT.settings) return there
  const text = file === undefined ? settingsExampleText() : readFileSync(file, 'utf8')
  if (there !== undefined && (file === undefined || text !== there)) throw new UsageError(`This host has settings of its own, and they are kept: run it with --settings ${LAYOUT.settings}, after you have put into it what is to hold from ${file ?? 'now on'}.`)
  if (file !== undefined && (await changesItsMeaning(text, file))) throw new UsageError(`${file} names files by where it lies: in ${LAYOUT.settings} it would mean others. Write whole paths, beginning with /.`)
  return text
}

/** Whether a settings file says something else, or nothing valid, when it lies elsewhere. */
async function changesItsMeaning(text: string, file: string): Promise<boolean> {
  const elsewhere = mkdtempSync(join(tmpdir(), 'cc-ci-settings-'))
  try {
    const copy = join(elsewhere, 'settings.yml')
    writeFileSync(copy, text, { mode: 0o600 })
    const read = (settingsFile: string) => loadSettings({ environment: {}, stateFolder: LAYOUT.state, settingsFile, packageFolder: elsewhere, workingFolder: elsewhere })
    const [here, there] = await Promise.all([read(file), read(copy)])
    return hasErrors(there.problems) || !isDeepStrictEqual({ ...here.settings, file: '' }, { ...there.settings, file: '' })
  } finally {
    rmSync(elsewhere, { recursive: true })
  }
}

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { type AppInBoot, bootOfHost } from '../../domain/boot/from-platform.ts'
import type { UnitName } from '../../domain/boot/graph.ts'
import { type HostUnit, unitsOfHost } from '../../domain/boot/host-units.ts'
import { isRecordTrouble } from '../../domain/model/journal.ts'
import { hasErrors, type Problem } from '../../domain/model/problem.ts'
import { parseYaml, placeOfKey } from '../../lib/yaml.ts'
import { instanceOf } from '../../workflows/reconcile/context.ts'
import { readAppRecipe } from '../../workflows/reconcile/version.ts'
import type { Call } from '../command.ts'
import { appsAsked } from '../platform/app.ts'
import type { BootRead } from './boot-read.ts'

/** So many of a unit's last starts say how long its next one takes, */
const RECENT = 5
/** and are looked for in so many boots. */
const BOOTS = 20

/** The boot of this host: its own units, and its platform apps, each with the latest release of its recipe. `signal` ends the fetching. */
export async function readPlatform(call: Call, signal: AbortSignal = call.services.signals.cancel): Promise<BootRead> {
  const { services } = call
  const { settings } = services
  const file = settings.file ?? ''
  const units = unitsOfHost(settings)
  if (units.length === 0) appsAsked(call)
  const yaml = parseYaml(readFileSync(file, 'utf8'))
  const shown = relative(process.cwd(), file)
  const problems: Problem[] = []
  const read = await Promise.all(
    settings.platform.map(async (app): Promise<AppInBoot> => {
      const source = await services.sources.open(app.recipe, signal)
      const { releases } = await source.releases()
      const latest = releases.at(-1)
      const commit = latest?.commit ?? (await source.resolve()).commit
      const recipe = await readAppRecipe({ source, host: services.rules, app, instance: instanceOf(app), commit, engine: 'swarm' })
      const place = { file: shown, ...placeOfKey(yaml, ['platform', app.name]) }
      if (hasErrors(recipe.problems)) problems.push({ ...place, rule: 'boot/recipe', severity: 'warning', message: `The recipe of ${app.name} has mistakes; what could be read of it is looked at.`, mend: `cc-ci recipe check ${app.recipe}` })
      return {
        app,
        recipe,
        recipeFolder: `${source.name}@${latest?.version.text ?? commit.slice(0, 8)}/`,
        settingsPlace: (...path) => (path.length === 0 ? place : { file: shown, ...yaml.placeOf(['platform', app.name, ...path]) }),
      }
    }),
  )
  const took = await recordedTimes(services, units)
  const settingsPlace = (...path: Array<string | number>) => ({ file: shown, ...(path.length === 1 ? placeOfKey(yaml, path) : yaml.placeOf(path)) })
  return { graph: bootOfHost({ units, proxyNetwork: settings.proxy.network, settingsPlace, tookMs: (unit) => took.get(unit) ?? null }, read), problems, from: shown }
}

/** How long each unit's start takes: by the last boots in which there was something to do for it, otherwise by an app's last operations that were committed. */
async function recordedTimes({ bootRecords, platformRecords }: Call['services'], units: readonly HostUnit[]): Promise<Map<UnitName, number | null>> {
  const boots = (await bootRecords.last(BOOTS)).filter(({ does }) => does === 'up')
  return new Map(
    await Promise.all(
      units.map(async ({ name, work }): Promise<[UnitName, number | null]> => {
        const starts = boots.flatMap((boot) => boot.units).filter(({ unit, is }) => unit === name && is === 'up')
        const known = work.is === 'app' ? await platformRecords.read(name) : undefined
        const operations = known === undefined || isRecordTrouble(known) ? [] : known.history.operations.filter(({ outcome }) => outcome.is === 'committed')
        return [name, middleOf(starts.filter(({ did }) => did)) ?? middleOf(operations) ?? middleOf(starts)]
      }),
    ),
  )
}

/** The middle one of the last few, by length. */
function middleOf(all: ReadonlyArray<{ beganAt: number | null; endedAt: number | null }>): number | null {
  const took = all.slice(-RECENT).map(({ beganAt, endedAt }) => (endedAt ?? 0) - (beganAt ?? 0)).toSorted((a, b) => a - b)
  return took[Math.floor(took.length / 2)] ?? null
}

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { type AppInBoot, bootOfPlatform } from '../../domain/boot/from-platform.ts'
import { isRecordTrouble } from '../../domain/model/journal.ts'
import type { PlatformApp } from '../../domain/model/platform.ts'
import { hasErrors, type Problem } from '../../domain/model/problem.ts'
import { parseYaml, placeOfKey } from '../../lib/yaml.ts'
import { instanceOf } from '../../workflows/reconcile/context.ts'
import { readAppRecipe } from '../../workflows/reconcile/version.ts'
import type { Call } from '../command.ts'
import { appsAsked } from '../platform/app.ts'
import type { BootRead } from './boot-read.ts'

/** So many of an app's last operations say how long its next start takes. */
const RECENT = 5

/** The boot of this host's own platform apps, each with the latest release of its recipe. `signal` ends the fetching. */
export async function readPlatform(call: Call, signal: AbortSignal = call.services.signals.cancel): Promise<BootRead> {
  const { services } = call
  const apps = appsAsked(call)
  const file = services.settings.file!
  const yaml = parseYaml(readFileSync(file, 'utf8'))
  const shown = relative(process.cwd(), file)
  const problems: Problem[] = []
  const read = await Promise.all(
    apps.map(async (app): Promise<AppInBoot> => {
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
        tookMs: await recordedMs(call, app),
      }
    }),
  )
  return { graph: bootOfPlatform(read), problems, from: shown }
}

/** The middle one of its last operations, by length. */
async function recordedMs({ services }: Call, app: PlatformApp): Promise<number | null> {
  const known = await services.platformRecords.read(app.name)
  if (isRecordTrouble(known)) return null
  const took = known.history.operations.slice(-RECENT).map(({ beganAt, endedAt }) => endedAt - beganAt).toSorted((a, b) => a - b)
  return took[Math.floor(took.length / 2)] ?? null
}

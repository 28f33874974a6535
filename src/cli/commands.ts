import type { Command } from './command.ts'
import { doctor } from './operate/doctor.ts'
import { recipeCheck } from './recipe/check.ts'
import { recipeShow } from './recipe/show.ts'
import { run } from './run/run.ts'
import { tryIt } from './run/try.ts'
import { runsCancel } from './runs/cancel.ts'
import { runsClean } from './runs/clean.ts'
import { runsList } from './runs/list.ts'
import { runsShow } from './runs/show.ts'
import { runsWatch } from './runs/watch.ts'
import { settingsCheck } from './operate/settings-check.ts'
import { settingsExample } from './operate/settings-example.ts'
import { settingsSchema } from './operate/settings-schema.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [tryIt, run, recipeCheck, recipeShow, runsList, runsShow, runsWatch, runsCancel, runsClean, doctor, settingsCheck, settingsExample, settingsSchema]

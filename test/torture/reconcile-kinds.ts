import assert from 'node:assert/strict'
import { MOST_IN_A_ROW, rollbacksInARow } from '../../src/domain/plan/reconcile.ts'
import type { PlatformStage } from '../scenario/platform-stage.ts'
import type { Scene } from '../scenario/scripted-recipe.ts'

/** A kind of operation whose every gap is hit. */
export interface Kind {
  name: string
  stateless: boolean
  /** What is known-good afterwards: the version that came, the one that was there, or none. */
  ends: 'new' | 'old' | 'none'
  /** Makes the next reconcile do just that. `number`: of a version that is not there yet. */
  prepare(stage: PlatformStage, number: number): Promise<void>
}

export const versionOf = (number: number) => `1.${number}.0+${number}`
/** Each version leaves its mark in its data when it starts; a bad one falls over after that. */
const marks = (number: number) => ({ writesOnStart: { [`/data/made-by-${number}`]: 'x' } })
export const good = (number: number): Scene => ({ services: { app: marks(number) } })
const bad = (number: number): Scene => ({ services: { app: { ...marks(number), exitAfterMs: 30, exitCode: 5 } } })

const upgradeTo = (scene: (number: number) => Scene) => async (stage: PlatformStage, number: number) => {
  stage.publish(versionOf(number), scene(number))
  await approveIfPaused(stage, versionOf(number))
}

/** Three rollbacks in a row pause everything; where they are wanted, somebody has to say so. */
export async function approveIfPaused(stage: PlatformStage, version: string): Promise<void> {
  if (rollbacksInARow(stage.history().operations) >= MOST_IN_A_ROW) assert.equal((await stage.approveHere(version)).is, 'approved')
}

const installOf = (scene: (number: number) => Scene) => async (stage: PlatformStage, number: number) => {
  await stage.takeAway('doomed')
  await stage.forget()
  stage.withdrawAllBut()
  stage.publish(versionOf(number), scene(number))
}

export const kinds: Kind[] = [
  { name: 'install', stateless: false, ends: 'new', prepare: installOf(good) },
  { name: 'install, taken away', stateless: false, ends: 'none', prepare: installOf(bad) },
  { name: 'adopt', stateless: false, ends: 'old', prepare: (stage) => stage.forget() },
  { name: 'repair', stateless: false, ends: 'old', prepare: (stage) => stage.takeAway('keep') },
  { name: 'stateless upgrade', stateless: true, ends: 'new', prepare: upgradeTo(good) },
  { name: 'stateless upgrade, rolled back', stateless: true, ends: 'old', prepare: upgradeTo(bad) },
  { name: 'stateful upgrade', stateless: false, ends: 'new', prepare: upgradeTo(good) },
  { name: 'stateful upgrade, rolled back', stateless: false, ends: 'old', prepare: upgradeTo(bad) },
]

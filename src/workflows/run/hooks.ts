import type { ServiceName } from '../../domain/model/app.ts'
import { KILLED } from '../../domain/report/exit-codes.ts'
import { type ContainerEnding, containerEnding } from '../../domain/plan/hook-ending.ts'
import type { BackupLabels } from '../../domain/model/read-recipe.ts'
import { linesTakenIn } from '../app/last-lines.ts'
import type { RunContext } from './context.ts'
import { lookouts } from '../app/watch.ts'
import { stop } from './stopped.ts'
import type { Tier } from './tier.ts'

const LIMIT = 10 * 60_000
/** How long the engine may take to list that a container has ended, ms. */
const LISTED_WITHIN = 3_000
const LISTING = { firstMs: 20, mostMs: 200 }
const NAMES = {
  preHook: 'backupbot.backup.pre-hook',
  postHook: 'backupbot.backup.post-hook',
  restorePreHook: 'backupbot.restore.pre-hook',
  restorePostHook: 'backupbot.restore.post-hook',
} as const

/** Runs one kind of hook in each service that has it, inside its container, through its shell, as backup-bot does. */
export async function runHooks(context: RunContext, tier: Tier, labels: readonly BackupLabels[], which: keyof typeof NAMES): Promise<void> {
  for (const one of labels) {
    const command = one[which]
    if (command === undefined) continue
    await tier.step(`${NAMES[which]} of ${one.service}`, { waitsFor: command, limitMs: LIMIT }, async (step) => {
      const startedAt = context.ports.clock.now()
      const result = await context.ports.engine.exec(context.app, one.service, { argv: ['sh', '-c', command], timeoutMs: LIMIT, signal: tier.signal })
      const lines = `${result.stdout}${result.stderr}`.trimEnd().split('\n').filter(Boolean)
      if (lines.length > 0) await step.attach(`hook-${which}-${one.service}.log`, `what ${NAMES[which]} of ${one.service} printed`, lines.join('\n'))
      if (result.exitCode !== 0) {
        const container = await containerOf(context, tier, { service: one.service, startedAt, wasKilled: result.exitCode === KILLED })
        stop({ reason: 'hook-failed', service: one.service, hook: NAMES[which], exitCode: result.exitCode ?? -1, ...(container && { container }), lastLines: linesTakenIn(lines.slice(-10), (text) => context.record.redact(text)) })
      }
    })
  }
}

/** What became of the container of a hook that failed. Of one that was killed it is awaited for a moment: the engine hears of it later. */
async function containerOf(context: RunContext, tier: Tier, given: { service: ServiceName; startedAt: number; wasKilled: boolean }): Promise<ContainerEnding | undefined> {
  const { clock, engine } = context.ports
  const until = clock.monotonic() + LISTED_WITHIN
  const lookout = lookouts(context.watch, LISTING)
  for (;;) {
    const ending = containerEnding(await engine.observe(context.app), given.service, given.startedAt)
    if (ending || !given.wasKilled || clock.monotonic() > until || tier.signal.aborted) return ending
    await lookout.next(tier.signal)
  }
}

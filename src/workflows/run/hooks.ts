import { containerEnding } from '../../domain/plan/hook-ending.ts'
import type { BackupLabels } from '../../domain/model/read-recipe.ts'
import { linesTakenIn } from '../app/last-lines.ts'
import type { RunContext } from './context.ts'
import { stop } from './stopped.ts'
import type { Tier } from './tier.ts'

const LIMIT = 10 * 60_000
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
        const container = containerEnding(await context.ports.engine.observe(context.app), one.service, startedAt)
        stop({ reason: 'hook-failed', service: one.service, hook: NAMES[which], exitCode: result.exitCode ?? -1, ...(container && { container }), lastLines: linesTakenIn(lines.slice(-10), (text) => context.record.redact(text)) })
      }
    })
  }
}

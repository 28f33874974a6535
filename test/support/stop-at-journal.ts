import { onJournalLine } from './journal-lines.ts'

/**
 * Loaded before the command line (`node --import`): the process stops itself, as by Ctrl-Z, right after it wrote that a step was done into a platform app's
 * journal. `CCCI_TEST_STOP='take a snapshot,deploy'`. Whoever started it looks around meanwhile and lets it go on (SIGCONT).
 */
const steps = (process.env.CCCI_TEST_STOP ?? '').split(',')

onJournalLine((when, line) => {
  const { entry, step } = JSON.parse(line) as { entry: string; step?: string }
  if (when === 'after' && entry === 'done' && steps.includes(step ?? '')) process.kill(process.pid, 'SIGSTOP')
})

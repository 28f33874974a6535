import { onJournalLine } from './journal-lines.ts'

/**
 * Loaded before the command line (`node --import`): the process is killed, as by -9, right before or right after the nth line that it writes into a
 * platform app's journal. `CCCI_TEST_DIE=before:5`, `after:5`. So each end of each gap between two lines is met, whatever the machine does besides.
 */
const [where, count] = (process.env.CCCI_TEST_DIE ?? '').split(':')
let lines = 0

if (where !== '' && where !== undefined) {
  onJournalLine((when) => {
    if (when === 'before') lines += 1
    if (lines === Number(count) && when === where) process.kill(process.pid, 'SIGKILL')
  })
}

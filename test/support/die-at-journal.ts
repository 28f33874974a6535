import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Loaded before the command line (`node --import`): the process is killed, as by -9, right before or right after the nth line that it writes into a
 * platform app's journal. `CCCI_TEST_DIE=before:5`, `after:5`. So each end of each gap between two lines is met, whatever the machine does besides.
 */
const [where, count] = (process.env.CCCI_TEST_DIE ?? '').split(':')
const open = fs.open
let lines = 0

fs.open = async (...given) => {
  const file = await open(...given)
  if (!String(given[0]).endsWith('journal.jsonl') || where === '' || where === undefined) return file
  const append = file.appendFile.bind(file)
  file.appendFile = async (...written) => {
    lines += 1
    const isNow = lines === Number(count)
    if (isNow && where === 'before') process.kill(process.pid, 'SIGKILL')
    await append(...written)
    await file.datasync()
    if (isNow && where === 'after') process.kill(process.pid, 'SIGKILL')
  }
  return file
}
syncBuiltinESMExports()

import { userInfo } from 'node:os'
import { lineTakenIn } from '../lib/plain-text.ts'
import { type Call, UsageError } from './command.ts'

/** Who says what goes on record: whom `--by` names, otherwise who calls. One line, so that nobody writes a second one in another's name. */
export function byWhom(call: Call): string {
  const by = lineTakenIn(call.text('by') ?? userInfo().username)
  if (by === '') throw new UsageError('--by needs a name that can be read.')
  return by
}

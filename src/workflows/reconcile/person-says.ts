import { isRecordTrouble } from '../../domain/model/journal.ts'
import type { PlatformApp } from '../../domain/model/platform.ts'
import type { PlatformRecord } from '../../ports/platform-records.ts'
import { lockOf, type PlatformPorts } from './context.ts'

export interface Refused {
  is: 'refused'
  /** `word`: what was said does not fit. `host`: nothing can be taken now, whatever is said. */
  because: 'word' | 'host'
  why: string
}

/** What a person says of an app goes into its record under its lock, so that nobody who works on it is contradicted in the middle. `word`: the command, such as `approve`. */
export async function personSays<T>(ports: PlatformPorts, app: PlatformApp, word: string, work: (record: PlatformRecord) => Promise<T | Refused>): Promise<T | Refused> {
  const held = await ports.locks.tryAcquire(lockOf(app), `${word} of ${app.name}`)
  if ('heldBy' in held) return refusedByHost(`Process ${held.heldBy.pid} works on ${app.name}: ${held.heldBy.why}. Say it again when that has ended.`)
  try {
    const record = await ports.records.open(app.name)
    if (isRecordTrouble(record)) return refusedByHost(`The record of ${app.name} cannot be used: ${record.file}: ${record.says}. ${record.mend}`)
    try {
      return await work(record)
    } finally {
      await record.close()
    }
  } finally {
    await held.release()
  }
}

export function refused(why: string): Refused {
  return { is: 'refused', because: 'word', why }
}

export function refusedByHost(why: string): Refused {
  return { is: 'refused', because: 'host', why }
}

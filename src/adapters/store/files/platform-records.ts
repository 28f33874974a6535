import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecordTrouble, type RecordTrouble } from '../../../domain/model/journal.ts'
import type { JournalEntry, KeptVersion, LastGood, PlatformHistory, VersionAt } from '../../../domain/model/platform.ts'
import { readKept } from '../../../domain/model/read-kept.ts'
import { notTogether, readJournal, readLastGood, takeIn } from '../../../domain/model/read-platform.ts'
import { FOLDER_MODE, syncFolder, writeWhole } from '../../../lib/whole-file.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { KnownApp, PlatformRecord, PlatformRecords } from '../../../ports/platform-records.ts'
import { storeError } from './errors.ts'
import { openJournal, type OpenJournal } from './journal.ts'
import { readWhole } from './read-whole.ts'

/** `<state>/platform/<app>/` with `journal.jsonl`, `last_good.json` and `recipe/<commit>/`; all of it can be read with a text editor. */
export function filePlatformRecords(given: { stateFolder: string; clock: Clock }): PlatformRecords {
  const folderOf = (app: string) => join(given.stateFolder, 'platform', app)
  return {
    read: (app) => readKnown(folderOf(app)),
    kept: (app, at) => keptAt(join(folderOf(app), VERSIONS), at),
    async open(app) {
      const folder = folderOf(app)
      const known = await readKnown(folder)
      if (isRecordTrouble(known)) return known
      try {
        await mkdir(join(folder, VERSIONS), { recursive: true, mode: FOLDER_MODE })
        await syncFolder(folder)
        return openRecord(folder, known, await openJournal<JournalEntry, PlatformHistory>({ file: join(folder, JOURNAL), history: known.history, takeIn, clock: given.clock }))
      } catch (error) {
        throw storeError(error, `Opening the record of ${app} in ${folder}`)
      }
    },
  }
}

const JOURNAL = 'journal.jsonl'
const LAST_GOOD = 'last_good.json'
const VERSIONS = 'recipe'

function openRecord(folder: string, known: KnownApp, journal: OpenJournal<JournalEntry>): PlatformRecord {
  let { lastGood } = known
  const versions = join(folder, VERSIONS)
  const removeAll = async (choose: () => string[] | Promise<string[]>) => {
    try {
      for (const name of await choose()) await rm(join(versions, name), { recursive: true, force: true })
    } catch (error) {
      throw storeError(error, `Tidying ${versions}`)
    }
  }
  const { history } = known
  return {
    get lastGood() {
      return lastGood
    },
    history,
    append: journal.append,
    async commit(next: LastGood | null) {
      const file = join(folder, LAST_GOOD)
      try {
        if (next) await writeWhole(file, `${JSON.stringify(next, null, 2)}\n`)
        else {
          await rm(file, { force: true })
          await syncFolder(folder)
        }
      } catch (error) {
        throw storeError(error, `Writing ${file}`)
      }
      lastGood = next
    },
    checkout: (commit) => join(versions, commit),
    kept: (at) => keptAt(versions, at),
    async keep(version) {
      const file = join(versions, nameOf(version))
      try {
        await writeWhole(file, JSON.stringify(version))
      } catch (error) {
        throw storeError(error, `Writing ${file}`)
      }
    },
    clearCheckout: (commit) => removeAll(() => [commit]),
    async dropVersions(but) {
      const kept = but.flatMap((at) => [at.commit, nameOf(at)])
      await removeAll(async () => (await readdir(versions)).filter((name) => !kept.includes(name)))
    },
    close: journal.close,
  }
}

/** A version's file; its checkout is shared by all settings it was deployed with. */
function nameOf({ commit, config }: VersionAt): string {
  return `${commit}${config === undefined ? '' : `-${config}`}.json`
}

async function keptAt(versions: string, at: VersionAt): Promise<KeptVersion | null> {
  const file = join(versions, nameOf(at))
  try {
    // Absent, or not what we wrote: the recipe's repository still has it.
    return readKept(await readFile(file, 'utf8')) ?? null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw storeError(error, `Reading ${file}`)
  }
}

async function readKnown(folder: string): Promise<KnownApp | RecordTrouble> {
  // Before the journal, which may go on meanwhile: it is the one that must be able to explain the other.
  const lastGood = await readWhole<LastGood | null>(join(folder, LAST_GOOD), readLastGood, () => null)
  const file = join(folder, JOURNAL)
  const history = await readWhole<PlatformHistory>(file, readJournal, () => readJournal(JOURNAL, '') as PlatformHistory)
  if (isRecordTrouble(history)) return history
  if (isRecordTrouble(lastGood)) return lastGood
  return notTogether(file, { lastGood, history }) ?? { lastGood, history }
}

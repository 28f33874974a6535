import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../ports/clock.ts'
import { temporaryName } from '../../../lib/temporary.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { RunHeader, RunRecord, RunRecords, RunSummary } from '../../../ports/run-records.ts'
import { fileEndRequest } from './end-request.ts'
import { storeError } from './errors.ts'
import { openEventReader } from './event-reader.ts'
import { openGrowOnly } from './grow-only-file.ts'
import { newHider } from './hide.ts'
import { CHECKOUT_FOLDER, END_REQUEST_FILE, EVENTS_FILE, EVIDENCE_FOLDER, evidencePath, folderOf, JOURNAL_FILE, RESULTS_FILE, RUN_FILE, safeName } from './names.ts'
import { bytesBelow } from '../../../lib/bytes-below.ts'
import { isGone, neverBegunIn, readHeader, readJournal, readStoredResults } from './read-run.ts'
import { FOLDER_MODE, syncFolder, writeWhole } from '../../../lib/whole-file.ts'

/** What is large of a run, and not its record. */
const BULKY = [EVIDENCE_FOLDER, CHECKOUT_FOLDER]

/**
 * Runs as folders: `<state>/runs/<id>/` with `run.json` (who and where), `journal.jsonl` (what was about to be made, and when), `events.jsonl`
 * (what happened), `results.json`, `evidence/` and the pages; `end-request.json` where somebody asked it to end. All of it can be read with a text editor.
 *
 * A run's folder appears at once with its header in it: it is made under another name and renamed, so that whatever is killed,
 * there is no folder of which nobody knows what it made.
 */
export function fileRunRecords(given: { stateFolder: string; clock: Clock }): RunRecords {
  const runs = join(given.stateFolder, 'runs')

  return {
    async create(id, header) {
      const folder = folderOf(runs, id)
      const hider = newHider()
      let unborn = ''
      try {
        await mkdir(runs, { recursive: true, mode: FOLDER_MODE })
        unborn = join(runs, temporaryName('.new'))
        await mkdir(unborn, { mode: FOLDER_MODE })
        await mkdir(join(unborn, EVIDENCE_FOLDER), { mode: FOLDER_MODE })
        await writeWhole(join(unborn, RUN_FILE), `${hider.json({ schema: 1, ...header } satisfies RunHeader & { schema: 1 }, 2)}\n`)
        for (const name of [JOURNAL_FILE, EVENTS_FILE]) await (await open(join(unborn, name), 'wx', 0o600)).close()
        await syncFolder(unborn)
        await rename(unborn, folder)
        await syncFolder(runs)
      } catch (error) {
        if (unborn !== '') await rm(unborn, { recursive: true, force: true })
        throw storeError(error, `Making the folder of the run ${id} in ${runs}`)
      }
      return openRecord(folder, given.clock)
    },

    async reopen(id) {
      const folder = folderOf(runs, id)
      try {
        return await openRecord(folder, given.clock)
      } catch (error) {
        throw storeError(error, `Opening the record of the run ${id} in ${runs}`)
      }
    },

    async list() {
      const summaries: RunSummary[] = []
      for (const id of await idsIn(runs)) {
        const folder = join(runs, id)
        const [header, journal, results] = [await readHeader(folder), await readJournal(folder), await readStoredResults(folder)]
        summaries.push({ id, header: header.value, results: results.value, gone: isGone(journal.value), ...neverBegunIn(journal.value) })
      }
      return summaries.sort((a, b) => (b.header?.startedAt ?? 0) - (a.header?.startedAt ?? 0) || a.id.localeCompare(b.id, 'en'))
    },

    async read(id) {
      const folder = folderOf(runs, id)
      if (!(await idsIn(runs)).includes(id)) throw new PortError('not-found', `There is no run ${id} in ${runs}. cc-ci runs list shows those that are there.`)
      await refuseForeign(folder, id)
      const [header, journal, results] = [await readHeader(folder), await readJournal(folder), await readStoredResults(folder)]
      return {
        // With the header gone only the name is known; empty strings stand for what is not.
        header: header.value ?? { app: { domain: '', stack: '', run: id }, recipe: '', source: '', engine: '', startedAt: 0, pid: 0 },
        journal: journal.value,
        results: results.value,
        gone: isGone(journal.value),
        ...neverBegunIn(journal.value),
        damaged: [...header.damaged, ...journal.damaged, ...results.damaged],
        folder,
      }
    },

    async follow(id) {
      const file = join(folderOf(runs, id), EVENTS_FILE)
      try {
        return await openEventReader(file)
      } catch (error) {
        throw storeError(error, `Reading ${file}`)
      }
    },

    async evidenceBytes(id) {
      const folder = folderOf(runs, id)
      try {
        const sizes = await Promise.all(BULKY.map((name) => bytesBelow(join(folder, name))))
        return sizes.reduce((sum, size) => sum + size, 0)
      } catch (error) {
        throw storeError(error, `Weighing what is kept of the run ${id} in ${runs}`)
      }
    },

    async dropEvidence(id) {
      const folder = folderOf(runs, id)
      try {
        for (const name of BULKY) await rm(join(folder, name), { recursive: true, force: true })
      } catch (error) {
        throw storeError(error, `Removing the evidence of the run ${id} in ${runs}`)
      }
    },

    // It stays: who ended a run is part of its record.
    askToEnd: async (id, by) => await fileEndRequest({ file: join(folderOf(runs, id), END_REQUEST_FILE), clock: given.clock }).ask(by),
  }
}

/** What a run writes is its user's alone ({@link FOLDER_MODE}); only root reads and ends the runs of others. */
async function refuseForeign(folder: string, id: string): Promise<void> {
  const we = process.geteuid?.()
  const { uid } = await stat(folder)
  if (we !== undefined && we !== 0 && we !== uid) throw new PortError('refused', `The run ${id} belongs to another user (number ${uid}; we are ${we}). Do this as that user, or as root.`)
}

async function openRecord(folder: string, clock: Clock): Promise<RunRecord> {
  const journal = await openGrowOnly(join(folder, JOURNAL_FILE), { durable: true })
  const events = await openGrowOnly(join(folder, EVENTS_FILE), { durable: false })
  const hider = newHider()
  const checkouts = join(folder, CHECKOUT_FOLDER)
  await mkdir(join(folder, EVIDENCE_FOLDER), { recursive: true, mode: FOLDER_MODE })
  const taken = new Set(await readdir(join(folder, EVIDENCE_FOLDER)))

  const write = async (path: string, content: string | Uint8Array) => {
    try {
      await writeWhole(path, content)
    } catch (error) {
      throw storeError(error, `Writing ${path}`)
    }
  }

  return {
    folder,
    checkouts,
    async intend(entry) {
      try {
        // The names of what is made stay as they are, or nobody could clean up; they come from the recipe, never from a secret.
        await journal.append(JSON.stringify({ at: clock.now(), ...entry, ...(entry.do === 'deploy' ? { what: hider.text(entry.what) } : {}) }))
      } catch (error) {
        throw storeError(error, `Writing down in ${join(folder, JOURNAL_FILE)} what is about to be made`)
      }
    },
    // An event is for people: one that cannot be written is lost, and decides nothing (invariant 12). A full disk shows itself
    // at the next intention, evidence or result.
    event: (event) => events.append(hider.json(event)).catch(() => {}),
    async evidence(name, content) {
      const safe = safeName(hider.text(name), (candidate) => taken.has(candidate))
      taken.add(safe)
      await write(join(folder, EVIDENCE_FOLDER, safe), typeof content === 'string' ? hider.text(content) : hider.bytes(content))
      return `${EVIDENCE_FOLDER}/${safe}`
    },
    async file(name, content) {
      const safe = safeName(hider.text(name), () => false)
      await write(join(folder, safe), hider.text(content))
      return safe
    },
    async readBack(path) {
      const file = evidencePath(folder, path)
      if (file === undefined) return null
      try {
        return await readFile(file, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw storeError(error, `Reading ${file}`)
      }
    },
    results: (results) => write(join(folder, RESULTS_FILE), `${hider.json(results, 2)}\n`),
    askedToEnd: fileEndRequest({ file: join(folder, END_REQUEST_FILE), clock }).asked,
    hide: hider.hide,
    redact: hider.text,
    async dropCheckouts() {
      try {
        await rm(checkouts, { recursive: true, force: true })
      } catch (error) {
        throw storeError(error, `Removing ${checkouts}`)
      }
    },
    async close() {
      await Promise.all([journal.close(), events.close()])
    },
  }
}

/** Folders of runs; what is still being made, or is no run's, is passed over. */
async function idsIn(runs: string): Promise<string[]> {
  try {
    const entries = await readdir(runs, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => entry.name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw storeError(error, `Listing ${runs}`)
  }
}

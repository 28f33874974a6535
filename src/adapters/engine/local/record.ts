import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from '../../../domain/model/app.ts'
import { PortError } from '../../../ports/port-error.ts'
import { fromFiles, isAbsent } from './errors.ts'
import { placesOf } from './layout.ts'
import type { Parts } from './parts.ts'

/**
 * Whose an app is. On disk before anything of the app is made, so that whatever happens to us, `inventory` finds it.
 * The owner is the process that watches over the app's programs; where it is dead, anybody may clean up after it.
 */
export interface AppRecord {
  form: 1
  app: App
  stateId: string
  owner: Owner
}

export interface Owner {
  pid: number
  /** When it started, in the process table's own words: with the pid it names one process for ever. */
  started: string
}

/** Makes the app ours, or says who has it. Safe to repeat. */
export async function claim(parts: Parts, app: App): Promise<void> {
  const { folder, table, stateId } = parts
  const known = await readRecord(folder, app.stack)
  const us = { pid: process.pid, started: (await table.startOf(process.pid)) ?? '' }
  if (known) {
    await refuseStranger(parts, known)
    if (known.owner.pid === us.pid && known.owner.started === us.started && known.app.run === app.run) return
  }
  const { record, root } = placesOf(folder, app.stack)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(`${record}.new`, JSON.stringify({ form: 1, app, stateId, owner: us } satisfies AppRecord), { mode: 0o600, flush: true })
    await rename(`${record}.new`, record)
    await mkdir(root, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw fromFiles(`recording ${app.stack}`, error)
  }
}

/** `conflict` where somebody else holds the app: another installation, or another process of ours that lives. */
export async function refuseStranger({ stateId, table }: Parts, { app, stateId: theirs, owner }: AppRecord): Promise<void> {
  if (theirs !== stateId) throw new PortError('conflict', `${app.stack} belongs to another installation of cc-ci that uses the same folder; it is left alone`)
  if (owner.pid === process.pid) return
  const started = await table.startOf(owner.pid)
  if (started !== undefined && started === owner.started) throw new PortError('conflict', `${app.stack} belongs to process ${owner.pid}, which is alive; stop it first`, { againCanHelp: true })
}

export async function readRecord(folder: string, stack: string): Promise<AppRecord | undefined> {
  const path = placesOf(folder, stack).record
  try {
    return JSON.parse(await readFile(path, 'utf8')) as AppRecord
  } catch (error) {
    if (isAbsent(error)) return undefined
    if (error instanceof SyntaxError) throw new PortError('unexpected', `reading ${path}: it is damaged (${error.message}); remove it and the folder beside it by hand`, { cause: error })
    throw fromFiles(`reading ${path}`, error)
  }
}

/** Every app that has a record, whoever's it is. */
export async function allRecords(folder: string): Promise<AppRecord[]> {
  const names = await readdir(folder).catch((error) => {
    if (isAbsent(error)) return []
    throw fromFiles(`listing ${folder}`, error)
  })
  // `.new`: we were killed between writing a record and giving it its name; nothing else had been made.
  const stacks = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length))
  const records = await Promise.all(stacks.map((stack) => readRecord(folder, stack)))
  return records.filter((record) => record !== undefined)
}

export async function forget(folder: string, stack: string): Promise<void> {
  const { record } = placesOf(folder, stack)
  await rm(`${record}.new`, { force: true })
  await rm(record, { force: true })
}

/** What we are about to start and what we started, one file each. `pid` is missing while it is only an intent. */
export interface ProcessRecord {
  id: string
  what: string
  pid?: number
  started?: string
}

export async function processRecords(folder: string): Promise<ProcessRecord[]> {
  const names = await readdir(folder).catch((error) => {
    if (isAbsent(error)) return []
    throw fromFiles(`listing ${folder}`, error)
  })
  const records = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map(async (name): Promise<ProcessRecord | undefined> => {
      try {
        return JSON.parse(await readFile(join(folder, name), 'utf8')) as ProcessRecord
      } catch (error) {
        // Ended meanwhile, or we were killed while writing it: then the mark in its environment finds it.
        if (isAbsent(error) || error instanceof SyntaxError) return undefined
        throw fromFiles(`reading ${name}`, error)
      }
    }),
  )
  return records.filter((record) => record !== undefined)
}

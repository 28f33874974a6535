import { readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { writeWhole } from '../../../lib/whole-file.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { EndRequest } from '../../../ports/end-request.ts'
import { storeError } from './errors.ts'

/** Whom it is for may be another user than who asks. */
const READABLE = 0o644

/** The request to end of the one server of a state folder: its file. */
export function serverEndRequestFile(stateFolder: string): string {
  return join(stateFolder, 'server.end-request.json')
}

/** As a file, made by anybody who may write in that folder. */
export function fileEndRequest({ file, clock }: { file: string; clock: Clock }): EndRequest {
  return {
    async ask(by) {
      try {
        await writeWhole(file, `${JSON.stringify({ at: clock.now(), by })}\n`, READABLE)
      } catch (error) {
        throw storeError(error, `Leaving a request to end in ${dirname(file)}`)
      }
    },

    async asked() {
      let text: string
      try {
        text = await readFile(file, 'utf8')
      } catch {
        return null
      }
      try {
        const { by } = JSON.parse(text) as { by: unknown }
        if (typeof by === 'string' && by !== '') return by
      } catch {
        // Made by hand: that it is there is what counts.
      }
      return `somebody who made ${basename(file)}`
    },

    async withdraw() {
      try {
        await rm(file, { force: true })
      } catch (error) {
        throw storeError(error, `Removing ${file}`)
      }
    },
  }
}

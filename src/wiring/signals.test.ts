import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import type { SignalMeanings } from '../cli/command.ts'
import { listenToSignals } from './signals.ts'

const CASES: { name: string; words: SignalMeanings; says: string[]; endedNow: boolean }[] = [
  { name: 'a command that says nothing of it', words: {}, says: ['Ctrl-C: ending. Once more ends at once.', 'Ended at once.'], endedNow: true },
  { name: 'one that says how it ends, and stops for nothing else', words: { interrupted: 'ending after this message.' }, says: ['Ctrl-C: ending after this message.', 'Ended at once.'], endedNow: true },
  { name: 'one that can leave it where it is', words: { interrupted: 'going back.', abandoned: 'Left where it is.' }, says: ['Ctrl-C: going back.', 'Left where it is.'], endedNow: false },
]

for (const { name, words, says, endedNow } of CASES) {
  test(`the first and the second Ctrl-C in ${name}`, () => {
    const process = new EventEmitter()
    const said: string[] = []
    const ended: string[] = []
    const signals = listenToSignals(process as unknown as NodeJS.Process, { err: (text) => said.push(text), endNow: (signal) => ended.push(signal) })
    signals.means(words)

    process.emit('SIGINT', 'SIGINT')
    assert.deepEqual([signals.given.cancel.aborted, signals.given.abandon.aborted, ended], [true, false, []])
    process.emit('SIGINT', 'SIGINT')

    assert.deepEqual(said, says)
    assert.equal(signals.given.abandon.aborted, true)
    assert.deepEqual(ended, endedNow ? ['SIGINT'] : [])
    signals.stop()
    assert.deepEqual(process.eventNames().flatMap((event) => process.listeners(event)), [])
  })
}

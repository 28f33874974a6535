import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { after, before, describe, test } from 'node:test'
import type { AlertMessage, StoredAlert } from '../../../src/domain/model/alert.ts'
import { eventOf } from '../../../src/domain/plan/relay.ts'
import { messageOf } from '../../../src/domain/report/alert-message.ts'
import type { Notify } from '../../../src/ports/notify.ts'
import { PortError, type PortErrorKind } from '../../../src/ports/port-error.ts'
import { scanText } from '../../support/secret-scan.ts'

/** What every adapter of `Notify` must do, against somebody who really receives it. */

export interface NotifyUnderTest extends AsyncDisposable {
  notify: Notify
  /** What people there see, oldest first. */
  seen(): Promise<Seen[]>
  /** The other side shows a message that was sent twice once. */
  folds?: boolean
  /** The other side in trouble, and well again. */
  trouble: Partial<Record<Trouble | 'well', () => Promise<void>>>
  /** In no error. */
  secrets: string[]
  /** The adapter with something else about it: somebody who is not let in, at a certificate that is not trusted, where nobody listens. */
  other: Partial<Record<Other, Notify>>
}

export interface Seen {
  /** By which the other side, or people, tell that it is the same message. */
  id: string
  text: string
  /** By which they tell that two messages speak of the same alert. */
  event: string | undefined
}

export type Other = 'not let in' | 'wrong certificate' | 'nobody listens'
export type Trouble = 'busy' | 'broken' | 'hangs' | 'hangs up' | 'not this message'

export const TIMEOUT_MS = 1_500

const stored: StoredAlert = { id: 'platform-traefik-failed-1.1.0+2', kind: 'failed', what: 'traefik 1.1.0+2 does not do: „größer" 🚧 <b>&amp;</b>.', app: 'traefik', versionTried: '1.1.0+2', versionRunning: '1.0.0+1', lastLines: ['one', '. a dot', '.'], next: 'Wait.', raisedAt: Date.UTC(2026, 0, 31) }

export function message(over: Partial<StoredAlert> = {}, telling: AlertMessage['telling'] = 'raised'): AlertMessage {
  const alert = { ...stored, ...over }
  return messageOf({ event: eventOf(alert), alert }, telling, 'ci.example.org')
}

/** `without`: what the other side cannot be put in. */
export function notifyContract(name: string, make: () => Promise<NotifyUnderTest>, { without = [] }: { without?: Array<Other | Trouble> } = {}): void {
  const where = (needs: Other | Trouble, title: string, body: () => Promise<void>) => void (without.includes(needs) || test(title, body))
  describe(`notify: ${name}`, { concurrency: false }, () => {
    let given: NotifyUnderTest
    const never = new AbortController().signal
    before(async () => { given = await make() })
    after(async () => await given?.[Symbol.asyncDispose]())

    const fails = async (notify: Notify, kind: PortErrorKind, what = message({ id: 'lost' })): Promise<PortError> => {
      const error = await notify.send(what, never).then(() => assert.fail('it was taken'), (thrown: unknown) => thrown)
      assert.ok(error instanceof PortError, inspect(error))
      assert.equal(error.kind, kind, error.message)
      assert.deepEqual(scanText('error', inspect(error, { depth: 9, showHidden: true }), given.secrets), [])
      return error
    }

    test('people see every word of it, however odd', async () => {
      await given.notify.send(message(), never)
      const last = (await given.seen()).at(-1)
      assert.ok(last?.text.includes(message().text), last?.text)
    })

    test('the end of it is another message of the same alert', async () => {
      await given.notify.send(message({ ended: { at: Date.UTC(2026, 1, 1), how: 'resolved', says: 'traefik runs 1.2.0+3' } }, 'resolved'), never)
      const [begin, end] = (await given.seen()).slice(-2)
      assert.match(end!.text, /No longer so: .*\n\ntraefik runs 1\.2\.0\+3\./)
      assert.notEqual(end!.id, begin!.id)
      assert.deepEqual([begin!.event === undefined, end!.event], [false, begin!.event])
    })

    test('sent twice, it arrives twice by the same id, or is one message where the other side tells by that', async () => {
      const twice = message({ id: 'twice' })
      const before = (await given.seen()).length
      await given.notify.send(twice, never)
      const id = (await given.seen())[before]?.id
      assert.ok(id)
      await given.notify.send(twice, never)
      assert.deepEqual((await given.seen()).slice(before).map((one) => one.id), given.folds ? [id] : [id, id])
    })

    test('a very long one arrives as far as there is room', async () => {
      await given.notify.send(message({ id: 'long', what: `It begins here ${'ß'.repeat(80_000)}` }), never)
      assert.match((await given.seen()).at(-1)!.text, /It begins here ß{1000}/)
    })

    where('nobody listens', 'where nobody listens it is unreachable', async () => {
      const error = await fails(given.other['nobody listens']!, 'unreachable')
      assert.match(error.message, /cannot be reached/)
    })

    where('wrong certificate', 'a certificate that is not trusted is refused, and nothing is handed over', async () => {
      const before = (await given.seen()).length
      assert.match((await fails(given.other['wrong certificate']!, 'refused')).message, /answers with a certificate that is not trusted here/)
      assert.equal((await given.seen()).length, before)
    })

    where('not let in', 'who is not let in is told that it is the settings, and trying again does not help', async () => {
      assert.equal((await fails(given.other['not let in']!, 'refused')).againCanHelp, false)
    })

    const troubles: Array<[Trouble, PortErrorKind, (error: PortError) => void]> = [
      ['busy', 'limited', ({ againCanHelp }) => assert.equal(againCanHelp, true)],
      ['broken', 'unreachable', ({ againCanHelp }) => assert.equal(againCanHelp, true)],
      ['hangs', 'timeout', ({ againCanHelp }) => assert.equal(againCanHelp, true)],
      ['hangs up', 'unexpected', ({ message: says }) => assert.match(says, /whether it took the message is not known/)],
      ['not this message', 'unsupported', ({ againCanHelp }) => assert.equal(againCanHelp, false)],
    ]
    for (const [trouble, kind, looks] of troubles) {
      where(trouble, `the other side in trouble: ${trouble}`, async () => {
        await given.trouble[trouble]!()
        try {
          looks(await fails(given.notify, kind))
        } finally {
          await given.trouble.well?.()
        }
        await given.notify.send(message({ id: `after-${kind}` }), never)
      })
    }

    where('hangs', 'told to end, it ends at once, and says that nobody knows', async () => {
      await given.trouble.hangs!()
      try {
        const ending = new AbortController()
        const sent = given.notify.send(message({ id: 'ended' }), ending.signal)
        setImmediate(() => ending.abort())
        await assert.rejects(sent, { kind: 'unexpected' })
      } finally {
        await given.trouble.well?.()
      }
    })
  })
}

import type { Mutation } from '../mutation.ts'

const plan = 'src/domain/plan/relay.ts'
const table = 'src/domain/plan/relay.test.ts'
const scripted = 'test/scenario/alerts-relay.test.ts'

/** Guards on the way of an alert to people. */
export const mutations: Mutation[] = [
  { trap: 'T2', file: 'src/workflows/reconcile/tell.ts', find: 'id: alertId(`${prefix}failed-${tried}`)', replace: 'id: `${prefix}failed-${tried}`', test: { file: 'test/scenario/reconcile-told.test.ts', pattern: 'T2: a first install that fails' } },
  { trap: 'T36', file: 'src/domain/plan/alert-id.ts', find: 'const mark = `-${fingerprint(name)}`', replace: "const mark = '-'", test: { file: 'src/domain/plan/alert-id.test.ts', pattern: 'T36:' } },
  { trap: 'T2', file: 'src/adapters/alerts/files/stored-alert.ts', find: "return 'value' in fitted ? fitted.value : undefined", replace: "return 'value' in fitted ? fitted.value : (JSON.parse(text) as T)", test: { file: 'test/contract/alerts/files.test.ts', pattern: 'T2: a file that is half an alert' } },
  { trap: 'T2', file: 'src/workflows/reconcile/tell.ts', find: 'troubles.push(error.message)', replace: 'throw error', test: { file: 'test/scenario/reconcile-told.test.ts', pattern: 'T2: an alert that cannot be written' } },
  { trap: 'T23', file: 'src/adapters/alerts/files/alerts.ts', find: 'before.occurrence === occurrence && ', replace: '', test: { file: 'test/contract/alerts/files.test.ts', pattern: 'T23: something that happened once more' } },
  { trap: 'T2', file: plan, find: 'if (until > now) what.waiting.push', replace: 'if (until < now) what.waiting.push', test: { file: scripted, pattern: 'T2: a channel that is down' } },
  { trap: 'T23', file: 'src/workflows/alerts/relay.ts', find: 'await round.put(event, channel, telling, (sending) => begun(sending, clock.now()))', replace: '', test: { file: scripted, pattern: 'T23: killed after it was sent' } },
  { trap: 'T23', file: plan, find: 'if (sending?.notBefore === undefined || sending.begunAt !== undefined) return now', replace: 'if (sending?.notBefore === undefined) return now', test: { file: table, pattern: 'T23: what was begun and never noted' } },
  { trap: 'T23', file: plan, find: 'return raised?.deliveredAt === undefined ? [{', replace: 'return raised?.deliveredAt === undefined && raised?.begunAt === undefined ? [{', test: { file: scripted, pattern: 'T23: killed before it was sent' } },
  { trap: 'T23', file: plan, find: 'return deliveredAt !== undefined || begunAt !== undefined || mayHaveArrived === true', replace: 'return deliveredAt !== undefined || mayHaveArrived === true', test: { file: table, pattern: 'T23: over: a channel that may have got it' } },
]

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addProbes, NOTHING } from './probes/read.ts'
import { warnOfUnread } from './unread.ts'

test('T1: a pattern that cannot be read is taken to fit, and that is said at its place', () => {
  const text = 'routers:\n  a: { rule: "HostRegexp(`(`)" }\n  b: { rule: "HostRegexp(`(?i)^b$`)" }\n'
  const { graph } = addProbes(NOTHING, { file: 'probes.yml', text })
  const redirect = (when: string, url: string) => ({ name: 'www', kind: 'redirect' as const, when, url, place: { file: 'compose.yml', line: 3, column: 1 } })
  const said = warnOfUnread({ ...graph, middlewares: [redirect('(', 'https://a.test/${1}'), redirect('[', 'https://a.test/'), redirect('(?i)a', 'https://a.test/')] })
  assert.deepEqual(said.map(({ file, line, severity, rule, message, mend }) => `${file}:${line} ${severity} ${rule} ${message} ${mend}`), [
    "probes.yml:2 warning boot/unread-pattern The pattern ( in the rule of the router a cannot be read here: it is taken to fit every request. Write it without what only Go's expressions have. Where it means few hosts, name them with Host(…).",
    "compose.yml:3 warning boot/unread-pattern The pattern ( of the redirect www cannot be read here: it is taken to fit no request. Write it without what only Go's expressions have.",
    "compose.yml:3 warning boot/unread-pattern The pattern [ of the redirect www cannot be read here: it is taken to fit every request. Write it without what only Go's expressions have.",
  ])
})

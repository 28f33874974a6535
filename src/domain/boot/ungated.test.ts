import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addProbes, NOTHING } from './probes/read.ts'
import { readUnits } from './systemd/read-units.ts'
import { warnOfUngated } from './ungated.ts'

function said(service: string, { unit = '', probes = '' } = {}): string[] {
  const { units } = readUnits({ name: '', files: new Map([['a.service', `[Unit]\n${unit}\n[Service]\n${service}\n`], ['b.service', '[Unit]\nAfter=a.service\n[Install]\nAlias=c.service\n']]), links: new Map() })
  return warnOfUngated(addProbes({ ...NOTHING, units }, { file: 'probes.yml', text: probes }).graph).map(({ file, line, rule, message, mend }) => `${file}:${line} ${rule} ${message} ${mend}`)
}

test('T1: what a unit asks by its own commands, and no gate says, is told', () => {
  assert.deepEqual(said('ExecStartPost=/usr/local/bin/wait-for https://b.test/'), ['a.service:4 boot/ungated a.service asks https://b.test/ when it starts, and no gate says so: what that leans on is not looked at. Write it in the probes: units: { a.service: { gate: "https://b.test/" } }'])
  assert.deepEqual(said('Type=oneshot\nExecStart=/bin/systemctl start b.service'), [], 'a unit of the folder is looked at by the analysis')
  assert.deepEqual(said('Type=oneshot\nExecStart=/bin/systemctl start d.service'), ['a.service:5 boot/ungated a.service starts d.service and waits for it when it starts, and no gate says so: what that leans on is not looked at. Write it in the probes: units: { a.service: { gate: { up: [d.service] } } }'])
  for (const command of ["/bin/sh -c 'until curl -fs https://b.test/x; do sleep 1; done'", '-/usr/bin/systemctl --quiet restart d', "/bin/sh -c 'systemctl start d'", "/bin/sh -c 'until systemctl is-active -q d; do sleep 1; done'", '/usr/local/bin/wait-for-it.sh b.test:443 -t 0', "/bin/sh -c 'while ! nc -z b.test 443; do sleep 1; done'"]) assert.equal(said(`ExecStartPre=${command}`).length, 1, command)
})

test('T1: what a unit asks of one that nothing orders before it is told; over a chain it is ordered', () => {
  const probes = 'proxy: p.service\nrouters: { b: { host: b.test, service: p.service } }'
  const files = (order: string) => new Map([['a.service', `[Unit]\n${order}\n[Service]\nExecStartPost=/bin/curl -fs https://b.test/\n`], ['m.service', '[Unit]\nAfter=p.service\n'], ['p.service', '[Service]\n']])
  const told = (order: string) => warnOfUngated(addProbes({ ...NOTHING, units: readUnits({ name: '', files: files(order), links: new Map() }).units }, { file: 'probes.yml', text: probes }).graph).map(({ message }) => message)
  assert.deepEqual(told(''), ['a.service asks https://b.test/ when it starts, which leans on p.service, and nothing orders p.service before it: it passes only where both happen to start side by side.'])
  assert.deepEqual(told('After=m.service'), [])
  assert.deepEqual(said('ExecStartPre=/bin/systemctl start e.service', { unit: 'After=d.service' }).length, 1)
})

test('nothing is told of a gate that says so, of a signal of its own, of others elsewhere, of what comes before it anyway, and of what holds up nobody', () => {
  const asks = 'ExecStartPost=/bin/wait https://b.test/'
  assert.deepEqual(said(asks, { probes: 'units: { a.service: { gate: https://b.test/api } }' }), [])
  assert.deepEqual(said(asks, { probes: 'external: ["*.test"]' }), [])
  assert.deepEqual(said('ExecStartPost=/bin/wait http://127.0.0.1:8080/ping'), [])
  assert.deepEqual(said('ExecStart=/bin/serve --url https://b.test/'), [])
  assert.deepEqual(said('ExecStartPost=/bin/wait https://${HOST}/'), [])
  assert.deepEqual(said('ExecStartPost=/bin/systemctl --no-block start b.service'), [])
  assert.deepEqual(said('ExecStartPost=/bin/systemctl start d.service', { unit: 'After=d.service' }), [])
})

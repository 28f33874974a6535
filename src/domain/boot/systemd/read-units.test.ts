import assert from 'node:assert/strict'
import { test } from 'node:test'
import { analyse } from '../analyse.ts'
import { fixesFor } from '../fixes.ts'
import type { BootGraph, BootUnit } from '../graph.ts'
import { warnOfNotStarted } from '../not-started.ts'
import { addProbes, NOTHING } from '../probes/read.ts'
import { readUnits } from './read-units.ts'
import { parseTimeSpan } from './time-span.ts'
import { readAssignments, wordsOf } from './unit-file.ts'

const read = (files: Record<string, string>, links: Record<string, string> = {}) => readUnits({ name: '', files: new Map(Object.entries(files)), links: new Map(Object.entries(links)) })
const unitOf = (files: Record<string, string>, name: string, links: Record<string, string> = {}): BootUnit => read(files, links).units.find((unit) => unit.name === name)!
const edges = (unit: BootUnit) => unit.order.map(({ kind, unit: other, place }) => `${kind} ${other} ${place.file}:${place.line}`)

/** What is found where these units have these probes. */
function findings(files: Record<string, string>, probes: string): string[] {
  const { graph, problems } = addProbes({ ...NOTHING, units: read(files).units } satisfies BootGraph, { file: 'probes.yml', text: probes })
  assert.deepEqual(problems, [])
  return analyse(graph).findings.map(({ finds, unit }) => `${finds} ${unit}`)
}

test('the syntax: comments, continued lines, blanks around the sign, sections', () => {
  const text = '# a\n; b\n[Unit]\nAfter = a.service \\\n# between\n  b.service\nX=1=2\nno assignment\n[Service]\nExecStart=\n'
  const found: string[] = []
  readAssignments(text, (section, key, value, line) => void found.push(`${section} ${key}=${value} :${line}`))
  assert.deepEqual(found, ['Unit After=a.service b.service :4', 'Unit X=1=2 :7', 'Service ExecStart= :10'])
  assert.deepEqual(wordsOf(' a.service  b.service\tc.service '), ['a.service', 'b.service', 'c.service'])
  assert.deepEqual(wordsOf(`A=1 "B=2 3" 'C=4' D="5 6" E\\ F`), ['A=1', 'B=2 3', 'C=4', 'D=5 6', 'E F'])
})

test('time spans', () => {
  const cases: Array<[string, number | null | undefined]> = [['90', 90_000], ['15min', 900_000], ['1h 30s', 3_630_000], ['1min30s', 90_000], ['500ms', 500], ['infinity', null], ['1month', 2_629_800_000], ['1M 1m', 2_629_860_000], ['2 years', 63_115_200_000], ['1S', undefined], ['soon', undefined], ['', undefined]]
  for (const [text, ms] of cases) assert.equal(parseTimeSpan(text), ms, text)
})

test('drop-ins add, in the order of their names, and each edge knows its file and line', () => {
  const files = {
    'a.service': '[Unit]\nAfter=b.service\n[Install]\nWantedBy=multi-user.target\n',
    'a.service.d/20-more.conf': '[Unit]\nRequires=c.service\n',
    'a.service.d/10-more.conf': '[Unit]\nAfter=c.service d.service\n',
    'service.d/all.conf': '[Unit]\nAfter=e.service\n',
  }
  assert.deepEqual(edges(unitOf(files, 'a.service')), ['after b.service a.service:2', 'after c.service a.service.d/10-more.conf:2', 'after d.service a.service.d/10-more.conf:2', 'requires c.service a.service.d/20-more.conf:2', 'after e.service service.d/all.conf:2', 'before multi-user.target a.service:4'])
})

test('an empty After= in a drop-in takes nothing back, as in systemd, and that is said', () => {
  const { units, problems } = read({ 'a.service': '[Unit]\nAfter=b.service\n', 'a.service.d/x.conf': '[Unit]\nAfter=\n' })
  assert.deepEqual(edges(units[0]!), ['after b.service a.service:2'])
  assert.deepEqual(problems.map(({ rule, file, line }) => `${rule} ${file}:${line}`), ['systemd/no-reset a.service.d/x.conf:2'])
})

test('an empty ExecStartPost= takes back what stood before it', () => {
  const files = { 'a.service': '[Service]\nExecStartPost=-/bin/wait a.test:80\n', 'a.service.d/x.conf': '[Service]\nExecStartPost=\nExecStartPost=/bin/wait a.test:80\n' }
  assert.deepEqual(unitOf(files, 'a.service').passesOver, [])
  assert.equal(unitOf({ 'a.service': files['a.service'] }, 'a.service').passesOver.length, 1)
})

test('who takes part: enabled by links, else by [Install]; brought by others; later by a timer; never where masked or not enabled', () => {
  const files = { 'a.service': '[Unit]\nWants=b.service\n[Install]\nWantedBy=multi-user.target\n', 'b.service': '', 'c.service': '[Service]\n', 'd.service': '[Service]\n', 'd.timer': '[Install]\nWantedBy=timers.target\n' }
  const starts = (links: Record<string, string>) => Object.fromEntries(read(files, links).units.filter(({ isSystem }) => !isSystem).map(({ name, starts: one }) => [name, one.when]))
  assert.deepEqual(starts({}), { 'a.service': 'boot', 'b.service': 'never', 'c.service': 'never', 'd.service': 'later', 'd.timer': 'boot' })
  assert.deepEqual(starts({ 'multi-user.target.wants/c.service': '../c.service' }), { 'a.service': 'boot', 'b.service': 'never', 'c.service': 'boot', 'd.service': 'later', 'd.timer': 'boot' })
})

test('T1: a folder of links says nothing of the units that it does not name; a gate that the boot never comes to is told', () => {
  const files = { 'app.target': '[Install]\nWantedBy=multi-user.target\n', 'proxy.service': '[Install]\nWantedBy=app.target\n', 'page.service': '[Unit]\nAfter=proxy.service\n' }
  const probes = (gated: string) => `units: { ${gated}: { gate: "https://page.test/" } }\nproxy: proxy.service\nrouters: { page: { host: page.test, service: page.service } }`
  const { units } = read(files, { 'app.target.wants/page.service': '../page.service' })
  const { graph } = addProbes({ ...NOTHING, units }, { file: 'probes.yml', text: probes('proxy.service') })
  assert.deepEqual(analyse(graph).findings.map(({ finds, unit }) => `${finds} ${unit}`).slice(0, 1), ['deadlock proxy.service'])
  const without = addProbes({ ...NOTHING, units: read(files).units }, { file: 'probes.yml', text: probes('page.service') })
  assert.deepEqual(warnOfNotStarted(graph), [])
  assert.deepEqual(warnOfNotStarted(without.graph).map(({ line, rule, message }) => `${line} ${rule} ${message}`), ['1 boot/not-started page.service takes no part in the boot (nothing enables it: no *.wants, no [Install], no unit that brings it): its gate is not looked at.'])
})

test('T14: Requisite= starts nothing: who needs one so that nothing else brings can never come up', () => {
  const files = { 'net.service': '[Service]\n', 'proxy.service': '[Unit]\nRequisite=net.service\nAfter=net.service\n[Install]\nWantedBy=multi-user.target\n' }
  assert.deepEqual(findings(files, ''), ['never proxy.service'])
  assert.deepEqual(findings({ ...files, 'b.service': '[Unit]\nWants=net.service\n[Install]\nWantedBy=multi-user.target\n' }, ''), [])
  assert.deepEqual(findings({ ...files, 'net.timer': '[Install]\nWantedBy=timers.target\n' }, ''), ['never proxy.service'])
})

test('a target that comes before what it brings, by its own word, does not come after it as well', () => {
  assert.deepEqual(findings({ 'a.service': '[Service]\n', 'pre.target': '[Unit]\nWants=a.service\nBefore=a.service\n[Install]\nWantedBy=multi-user.target\n' }, ''), [])
  assert.deepEqual(findings({ 'a.service': '[Install]\nWantedBy=pre.target\n', 'pre.target': '[Unit]\nBefore=a.service\n[Install]\nWantedBy=multi-user.target\n' }, ''), [])
})

test('where no file says what is enabled, everything takes part', () => {
  assert.deepEqual(read({ 'a.service': '[Service]\n', 'b.service': '[Unit]\nAfter=a.service\n' }).units.map(({ starts }) => starts.when), ['boot', 'boot'])
})

test('what a unit says of itself, by whatever name, is dropped', () => {
  const files = { 'a.service': '[Unit]\nAfter=a.service b.service other.service\nWants=other.service\n[Install]\nAlias=other.service\n' }
  assert.deepEqual(edges(unitOf(files, 'a.service')), ['after b.service a.service:2'])
})

test('a target comes after what it brings, also across names and aliases, unless that is ordered after it', () => {
  const files = { 'all.target': '[Unit]\nWants=a.service\nRequires=b.service\n', 'a.service': '[Service]\n', 'b.service': '[Unit]\nAfter=all.target\n', 'c.service': '[Unit]\nAfter=db.service\n' }
  assert.deepEqual(edges(unitOf(files, 'all.target')), ['wants a.service all.target:2', 'requires b.service all.target:3', 'after a.service all.target:2'])
  assert.deepEqual(edges(unitOf(files, 'c.service', { 'db.service': 'a.service' })), ['after a.service c.service:2'])
})

/** What is found of a proxy that comes after a page, where something else puts it before. */
const rounds: Array<[that: string, files: Record<string, string>, links?: Record<string, string>]> = [
  ['a mount that is needed', { 'page.service': '[Unit]\nRequiresMountsFor=/srv/my-data/x\n', 'srv-my\\x2ddata.mount': '[Unit]\nAfter=proxy.service\n' }],
  ['the mount of a working folder', { 'page.service': '[Service]\nWorkingDirectory=-/srv/data\n', 'srv.mount': '[Unit]\nAfter=proxy.service\n' }],
  ['a mount above another', { 'page.service': '[Unit]\nAfter=srv-data.mount\n', 'srv-data.mount': '[Mount]\nWhat=/dev/x\n', 'srv.mount': '[Unit]\nAfter=proxy.service\n' }],
  ['a mount behind an automount', { 'page.service': '[Service]\nStateDirectory=page\n', 'var-lib.mount': '[Mount]\n', 'var-lib.automount': '[Unit]\nAfter=proxy.service\n' }],
  ['a slice', { 'page.service': '[Service]\nSlice=page.slice\n', 'page.slice': '[Unit]\nAfter=proxy.service\n' }],
  ['a slice above its own', { 'page.service': '[Service]\nSlice=page-a.slice\n', 'page-a.slice': '[Slice]\n', 'page.slice': '[Unit]\nAfter=proxy.service\n' }],
  ['the slice of all services', { 'page.service': '[Service]\n', 'system.slice.d/x.conf': '[Unit]\nAfter=a.service\n', 'a.service': '[Unit]\nDefaultDependencies=no\nAfter=proxy.service\n[Service]\nSlice=-.slice\n', 'proxy.service.d/s.conf': '[Service]\nSlice=-.slice\n' }],
  ['its socket', { 'page.service': '[Service]\n', 'page.socket': '[Unit]\nAfter=proxy.service\n' }],
  ['a socket that it names', { 'page.service': '[Service]\nSockets=in.socket\n', 'in.socket': '[Unit]\nAfter=proxy.service\n[Socket]\nService=other.service\n' }],
  ['its timer', { 'page.service': '[Install]\nWantedBy=multi-user.target\n', 'page.timer': '[Unit]\nAfter=proxy.service\n[Install]\nWantedBy=timers.target\n', 'proxy.service.d/i.conf': '[Install]\nWantedBy=multi-user.target\n' }],
  ['a drop-in of a unit that is not here', { 'page.service': '[Unit]\nAfter=docker.service\n', 'docker.service.d/o.conf': '[Unit]\nAfter=proxy.service\n' }],
  ['a drop-in of a target of the system', { 'page.service': '[Unit]\nAfter=network-online.target\n', 'network.target.d/o.conf': '[Unit]\nAfter=proxy.service\n' }],
  ['a drop-in under another name', { 'page.service': '[Install]\nAlias=front.service\n', 'front.service.d/o.conf': '[Unit]\nAfter=proxy.service\n' }],
  ['an alias of an alias', { 'page.service': '[Unit]\nAfter=c.service\n' }, { 'c.service': 'b.service', 'b.service': 'proxy.service' }],
  ['file systems of the network', { 'page.service': '[Unit]\nAfter=remote-fs.target\n', 'proxy.service.d/o.conf': '[Unit]\nBefore=remote-fs-pre.target\n' }],
  ['a mount of the network', { 'page.service': '[Unit]\nRequiresMountsFor=/srv\n', 'srv.mount': '[Mount]\nType=nfs\n', 'proxy.service.d/o.conf': '[Unit]\nBefore=network-pre.target\n' }],
  ['targets that nobody names between those that are named', { 'page.service': '[Service]\n', 'proxy.service.d/o.conf': '[Unit]\nDefaultDependencies=no\nBefore=local-fs-pre.target\n' }],
]
for (const [that, files, links] of rounds) {
  test(`T1: an order by systemd itself is read, and closes a round: ${that}`, () => {
    const { units } = read({ 'proxy.service': '[Unit]\nAfter=page.service\n', ...files }, links)
    const [finding, ...others] = analyse({ ...NOTHING, units }).findings
    assert.deepEqual([finding?.finds, others.filter(({ finds }) => finds !== 'waits-for-dead')], ['order-cycle', []])
  })
}

test('T1: a fix that would run into an order by systemd itself is not offered', () => {
  const files = { 'proxy.service': '[Service]\n', 'page.service': '[Unit]\nRequiresMountsFor=/srv/data\n', 'srv-data.mount': '[Unit]\nAfter=proxy.service\n' }
  const { graph } = addProbes({ ...NOTHING, units: read(files).units }, { file: 'probes.yml', text: 'units: { proxy.service: { gate: "https://a.test/" } }\nproxy: proxy.service\nrouters: { a: { host: a.test, service: page.service, defined_by: null } }' })
  const analysis = analyse(graph)
  assert.deepEqual(analysis.findings.map(({ finds, unit }) => `${finds} ${unit}`), ['deadlock proxy.service'])
  assert.deepEqual([...fixesFor(graph, analysis).values()], [[]])
})

test('a unit of which only a drop-in is here is one of the system, comes up, and is enabled by nothing of ours', () => {
  const { units } = read({ 'docker.service.d/o.conf': '[Unit]\nWants=b.service\n', 'b.service': '[Service]\n', 'a.service': '[Install]\nWantedBy=multi-user.target\n' })
  assert.deepEqual(units.filter(({ name }) => name.endsWith('.service')).map(({ name, isSystem, starts }) => `${name} ${isSystem} ${starts.when}`), ['b.service false boot', 'a.service false boot', 'docker.service true boot'])
})

test('T41: what is not looked at is said: a link that leads nowhere, a kind, a specifier', () => {
  const { problems } = read({ 'a.service': '[Unit]\nAfter=b@%i.service\n', 'dev-x.device': '[Unit]\n' }, { 'gone.service': '/nowhere/gone.service', 'masked.service': '/dev/null', 'alias.service': 'a.service' })
  assert.deepEqual(problems.map(({ rule, file, line }) => `${rule} ${file}:${line}`), ['systemd/specifier a.service:2', 'systemd/link gone.service:1', 'systemd/kind dev-x.device:1'])
})

test('a template of which nothing names an instance is said to be left out', () => {
  assert.deepEqual(read({ 'worker@.service': '[Service]\n', 'a.service': '[Service]\n' }).problems.map(({ rule, file }) => `${rule} ${file}`), ['systemd/template worker@.service'])
})

test('T1: instances that are linked are read from their template, specifiers filled in', () => {
  const files = { 'compose@.service': '[Unit]\nAfter=docker.service net-%i.service\nWants=%p@base.service\n[Install]\nWantedBy=multi-user.target\n', 'compose@dash.service.d/order.conf': '[Unit]\nAfter=compose@proxy.service\n', 'compose@.service.d/all.conf': '[Unit]\nAfter=%N.socket\n' }
  const links = { 'multi-user.target.wants/compose@dash.service': '../compose@.service', 'multi-user.target.wants/compose@proxy.service': '../compose@.service' }
  const { units, problems } = read(files, links)
  assert.deepEqual(problems, [])
  assert.deepEqual(edges(units.find(({ name }) => name === 'compose@dash.service')!).filter((edge) => !edge.includes('multi-user')), ['after docker.service compose@.service:2', 'after net-dash.service compose@.service:2', 'wants compose@base.service compose@.service:3', 'after compose@dash.socket compose@.service.d/all.conf:2', 'after compose@proxy.service compose@dash.service.d/order.conf:2'])
  const { graph } = addProbes({ ...NOTHING, units }, { file: 'probes.yml', text: 'units: { compose@proxy.service: { gate: "https://dash.test/" } }\nproxy: compose@proxy.service\nrouters: { dash: { host: dash.test, service: compose@dash.service } }' })
  assert.deepEqual(analyse(graph).findings.map(({ finds, unit }) => `${finds} ${unit}`)[0], 'deadlock compose@proxy.service')
})

test('T2: a gate whose failure is passed over is refused', () => {
  const probes = 'units: { a.service: { gate: ["http://127.0.0.1:1/ping", "https://a.test/"] } }\nexternal: [a.test]'
  const curl = 'curl -fsS http://localhost:1/'
  const passed = [`ExecStartPost=-/usr/bin/${curl}`, 'ExecStartPost=+-/bin/wait a.test', `ExecStart=/bin/sh -c '${curl} || true'`, 'ExecStartPost=-/bin/nc -z a.test 443', "ExecStartPost=/bin/sh -c 'wait --host=a.test; exit 0'", `ExecStartPost=/bin/sh -c '${curl} || systemctl status a'`, `ExecStartPost=/bin/sh -c 'for i in 1 2 3; do ${curl} && break; sleep 1; done'`]
  for (const line of passed) assert.deepEqual(findings({ 'a.service': `[Service]\n${line}\n` }, probes), ['passes-over a.service'], line)
  for (const line of ['ExecStartPost=/bin/wait --until-200 a.test', 'ExecStartPost=+/bin/wait a.test', 'ExecStop=-/bin/stop a.test']) assert.deepEqual(findings({ 'a.service': `[Service]\n${line}\n` }, probes), [], line)
  assert.deepEqual(findings({ 'a.service': '[Service]\nExecStartPost=-/bin/wait a.test\n' }, 'units: {}'), [], 'without a gate it is nobody\'s business')
})

test('T2: a command that asks nothing of what the gate asks may fail as it likes', () => {
  const probes = 'units: { a.service: { gate: "http://127.0.0.1:8080/ping" } }'
  const lines = ['ExecStartPre=-/usr/bin/docker network create proxy', "ExecStartPre=/bin/sh -c 'docker network create proxy || true'", 'ExecStartPre=-/usr/bin/curl http://127.0.0.1:8080/ping', 'ExecStartPost=-/usr/bin/logger http://127.0.0.1:8080/ is up', "ExecStart=/bin/sh -c 'docker rm -f old >/dev/null 2>&1 || :; docker compose up -d --wait'", "ExecStartPost=/bin/sh -c 'curl -fs http://127.0.0.1:9090/ || true; until curl -fs http://127.0.0.1:8080/ping; do sleep 1; done'"]
  for (const line of lines) assert.deepEqual(findings({ 'a.service': `[Service]\nType=oneshot\n${line}\n` }, probes), [], line)
})

const waiting: Array<[that: string, service: string, finds: 'deadlock' | undefined]> = [
  ['starts a unit and waits for it', 'ExecStartPost=/bin/systemctl start page', 'deadlock'],
  ['starts it, whatever comes of that', 'ExecStartPost=-/bin/systemctl restart page.service', 'deadlock'],
  ['has it started, and goes on', 'ExecStartPost=/bin/systemctl start --no-block page', undefined],
  ['restarts it where it runs', 'ExecStartPost=/bin/systemctl try-restart page', undefined],
  ['starts it where it was up already', "ExecStartPost=/bin/sh -c 'if systemctl is-active -q page; then systemctl restart page; fi'", undefined],
  ['looks until it is up', "Type=oneshot\nExecStart=/bin/sh -c 'until systemctl is-active --quiet page; do sleep 1; done'", 'deadlock'],
  ['looks whether it is up', "ExecStartPost=/bin/sh -c 'systemctl is-active page || true'", undefined],
  ['asks its page', "ExecStartPost=/bin/bash -c 'until curl -fsS https://page.test/; do sleep 2; done'", 'deadlock'],
  ['asks its page before it forks', "Type=forking\nExecStart=/bin/sh -c 'until curl -fsS https://page.test/; do sleep 2; done; serve &'", 'deadlock'],
  ['asks its page in its main command', "Type=notify\nExecStart=/bin/sh -c 'until curl -fsS https://page.test/; do sleep 2; done'", undefined],
  ['asks its page some times', "ExecStartPost=/bin/sh -c 'for i in 1 2 3; do curl -fsS https://page.test/ && break; sleep 1; done'", undefined],
  ['asks its page, whatever comes of that', 'ExecStartPost=-/bin/curl -fsS https://page.test/', undefined],
  ['names its page', 'Type=oneshot\nExecStart=/bin/docker run -e URL=https://page.test/ app', undefined],
  ['waits for a port that it opens only then', 'ExecStartPre=/bin/wait-for-it.sh page.test:443 -t 0', 'deadlock'],
  ['waits for a port that it has opened', 'ExecStartPost=/bin/nc -z page.test 443', undefined],
  ['waits for the port of a later one', "ExecStartPost=/bin/sh -c 'until nc -z 127.0.0.1 9000; do sleep 1; done'", 'deadlock'],
  ['waits for the whole boot', "Type=oneshot\nExecStart=/bin/sh -c 'systemctl is-system-running --wait'", 'deadlock'],
]
for (const [that, service, finds] of waiting) {
  test(`T1: a unit before another ${that}: ${finds ?? 'nothing'}`, () => {
    const probes = 'units: { page.service: { listens: ["127.0.0.1:9000"] } }\nproxy: proxy.service\nrouters: { page: { host: page.test, service: page.service } }'
    const found = findings({ 'proxy.service': `[Service]\n${service}\n`, 'page.service': '[Unit]\nRequires=proxy.service\nAfter=proxy.service\n' }, probes)
    assert.deepEqual(found.filter((one) => !one.startsWith('waits-for-dead')), finds === undefined ? [] : [`${finds} proxy.service`])
  })
}

test('T1: what a start command starts takes part in the boot', () => {
  const files = { 'a.service': '[Service]\nExecStartPost=/bin/systemctl start b\n[Install]\nWantedBy=multi-user.target\n', 'b.service': '[Unit]\nAfter=a.service\n' }
  assert.deepEqual(findings(files, ''), ['deadlock a.service'])
})

test('T11: a gate goes through the HTTP proxy of its unit\'s environment, unless NO_PROXY names its host', () => {
  const probes = 'units: { a.service: { gate: "https://a.test/" }, squid.service: { listens: ["127.0.0.1:3128"] } }\nrouters: { a: { host: a.test, service: a.service } }'
  const files = (environment: string) => ({ 'a.service': `[Service]\nEnvironment=${environment}\n`, 'squid.service': '[Unit]\nAfter=a.service\n' })
  assert.deepEqual(findings(files('HTTPS_PROXY=http://127.0.0.1:3128'), probes), ['deadlock a.service'])
  assert.deepEqual(findings(files('"https_proxy=http://127.0.0.1:3128" LANG=C'), probes), ['deadlock a.service'])
  assert.deepEqual(findings(files('HTTPS_PROXY=http://127.0.0.1:3128 NO_PROXY=localhost,.test'), probes), [])
  assert.deepEqual(findings(files('all_proxy=127.0.0.1:3128'), probes), ['deadlock a.service'])
})

test('T11: the proxy of the other scheme is not asked, nor for a range of addresses that NO_PROXY names', () => {
  const probes = (gate: string) => `units: { a.service: { gate: "${gate}" }, squid.service: { listens: ["127.0.0.1:3128"] } }\nexternal: [api.test, 10.1.2.3]`
  const files = (environment: string) => ({ 'a.service': `[Service]\nEnvironment=${environment}\n`, 'squid.service': '[Unit]\nAfter=a.service\n' })
  assert.deepEqual(findings(files('HTTP_PROXY=http://127.0.0.1:3128'), probes('https://api.test/')), [])
  assert.deepEqual(findings(files('https_proxy=http://127.0.0.1:3128'), probes('http://api.test/')), [])
  assert.deepEqual(findings(files('http_proxy=http://127.0.0.1:3128'), probes('http://10.1.2.3/')), ['deadlock a.service'])
  assert.deepEqual(findings(files('http_proxy=http://127.0.0.1:3128 no_proxy=.test,10.0.0.0/8'), probes('http://10.1.2.3/')), [])
  assert.deepEqual(findings(files('http_proxy=http://127.0.0.1:3128 no_proxy=10.2.0.0/16'), probes('http://10.1.2.3/')), ['deadlock a.service'])
})

test('T1: who comes after a socket may ask what that starts; a deadlock through it is found', () => {
  const probes = 'units: { proxy.service: { gate: "http://127.0.0.1:9000/" }, api.service: { listens: ["127.0.0.1:9000"] } }'
  const files = (order: string, api = '') => ({ 'api.socket': '[Socket]\nListenStream=9000\n', 'api.service': `[Unit]\nRequires=api.socket\n${api}\n`, 'proxy.service': `[Unit]\n${order}\n` })
  assert.deepEqual(findings(files('After=api.socket'), probes), [])
  assert.deepEqual(findings(files(''), probes), ['unordered proxy.service'])
  assert.deepEqual(findings(files('After=api.socket', 'After=proxy.service'), probes), ['deadlock proxy.service'])
})

test('T12: the start limit is TimeoutStartSec= or TimeoutSec=, whichever comes last, 90 s where nothing is said, and none for Type=oneshot', () => {
  const probes = 'units: { a.service: { gate: { url: "http://127.0.0.1:1/", deploy: 5m, dwell: 10s, rollback: 6m } } }'
  const cases: Array<[service: string, finds: string[]]> = [
    ['TimeoutStartSec=11min', ['start-limit a.service']],
    ['TimeoutStartSec=11min 10s', []],
    ['TimeoutStartSec=infinity', []],
    ['TimeoutSec=1min', ['start-limit a.service']],
    ['TimeoutSec=12min', []],
    ['TimeoutStartSec=15min\nTimeoutSec=1min', ['start-limit a.service']],
    ['TimeoutSec=1min\nTimeoutStartSec=15min', []],
    ['TimeoutStartSec=15min\nTimeoutSec=soon', []],
    ['TimeoutStartSec=1month', []],
    ['Type=simple', ['start-limit a.service']],
    ['Type=oneshot', []],
  ]
  for (const [service, finds] of cases) assert.deepEqual(findings({ 'a.service': `[Service]\n${service}\n` }, probes), finds, service)
})

test('T14: who waits for a unit that can never come up is found, wherever the cause lies', () => {
  const files = { 'a.service': '[Service]\n', 'b.service': '[Unit]\nAfter=a.service\nWants=a.service\n', 'c.service': '[Unit]\nRequires=b.service\nAfter=b.service\n', 'd.service': '[Service]\n' }
  const { units } = read(files)
  const { graph } = addProbes({ ...NOTHING, units }, { file: 'probes.yml', text: 'units: { a.service: { gate: "https://nobody.test/" } }' })
  const found = analyse(graph)
  assert.deepEqual(found.standStill, ['a.service', 'b.service', 'c.service'])
  assert.deepEqual(found.findings.filter(({ finds }) => finds === 'waits-for-dead'), [{ finds: 'waits-for-dead', unit: 'b.service', dead: 'a.service', others: ['c.service'], place: { file: 'b.service', line: 2, column: 1 } }])
})

import type { Mutation } from '../mutation.ts'

const events = 'src/domain/boot/events.ts'
const property = { file: 'test/boot/property.test.ts', pattern: 'T1:' }
const graphs = 'test/boot/graphs.test.ts'
const units = 'src/domain/boot/systemd/read-units.test.ts'
const render = 'src/domain/boot/systemd/render.test.ts'

/** Each kind of edge taken out of the graph, by itself: brute force has to notice. */
const edges: Mutation[] = [
  ['after and optional', "if (edge.kind === 'after' || edge.kind === 'optional') this.#waits(", "if (edge.kind === 'after') this.#waits("],
  ['before', "if (edge.kind === 'before') this.#waits(", "if (edge.kind === 'wants') this.#waits("],
  ['requires', "else if (needed?.starts.when === 'never' ||", "else if ("],
  ['network', "if (made) this.#needs(base + SERVES, made.unit, UP,", "if (made) this.#needs(base + SERVES, made.unit, SERVES,"],
  ['image', 'if (registry !== undefined) this.#waits(', 'if (registry !== undefined && unit.isSystem) this.#waits('],
  ['gate on a unit', "if (ask.kind === 'unit') this.#needs(base + UP, ask.unit, UP,", "if (ask.kind === 'unit') this.#needs(base + UP, ask.unit, SERVES,"],
  ['gate', "this.#waits(base + UP, this.#asks(ask.url, ask.redirects), { because: 'gate', ask })", "this.#asks(ask.url, ask.redirects)"],
  ['start command', "if (isLookedAt(unit, asked, this)) this.#asksAtStart(", "if (unit.isSystem) this.#asksAtStart("],
  ['HTTP proxy', "this.#waits(base + UP, this.#asks(proxy.text, 'follow'), { because: 'http-proxy', ask, place: proxy.place })", "this.#asks(proxy.text, 'follow')"],
  ['listener', "if (answering.by === 'listener') this.#waits(", "if (answering.by === 'listener' && answering.unit.isSystem) this.#waits("],
  ['name', "&& answering.name) this.#needs(number, answering.name.unit, UP,", "&& answering.name) this.#needs(number, answering.name.unit, SERVES,"],
  ['proxy', "if (proxy) this.#needs(", "if (proxy && !service) this.#needs("],
  ['labels', "if (definedBy && !(isServed && service.unit === definedBy.unit)) this.#needs(", "if (definedBy && isServed && service.unit !== definedBy.unit && !proxy) this.#needs("],
  ['certificate', "if (certificate && asked.secure && certificate.unit !== proxy?.unit && certificate.unit !== service?.unit) this.#needs(number, certificate.unit, UP,", "if (certificate && asked.secure && certificate.unit !== proxy?.unit && certificate.unit !== service?.unit) this.#needs(number, certificate.unit, SERVES,"],
  ['redirect', "if (asked.redirects === 'follow') this.#waits(", "if (asked.redirects === 'answer') this.#waits("],
  ['forward-auth', "if (this.#answers.of(middleware.url).by !== 'itself') this.#waits(", "if (this.#answers.of(middleware.url).by === 'itself') this.#waits("],
  ['service', "if (service) this.#needs(number, service.unit, SERVES,", "if (service && !proxy) this.#needs(number, service.unit, SERVES,"],
].map(([, find, replace]) => ({ trap: 'T1', file: events, find: find!, replace: replace!, test: property }))

export const mutations: Mutation[] = [
  ...edges,
  ...['addMounts(draft, drafts)', 'addSlice(draft, drafts)', 'addTriggered(draft, { drafts, real })'].map((find) => ({ trap: 'T1', file: 'src/domain/boot/systemd/implied-order.ts', find: `${find}\n`, replace: '', test: { file: units, pattern: 'T1:' } })),
  { trap: 'T1', file: 'src/domain/boot/systemd/read-units.ts', find: 'for (const name of ownersOf(folder, real)) {', replace: 'for (const name of new Set<string>()) {', test: { file: units, pattern: 'T1:' } },
  { trap: 'T1', file: 'src/domain/boot/systemd/system-units.ts', find: 'nearest(ways[name] ?? [], { ways, named })', replace: '[]', test: { file: units, pattern: 'T1:' } },
  { trap: 'T41', file: 'src/domain/boot/systemd/read-units.ts', find: 'problems.push(...leftOut(drafts, folder, at))', replace: '', test: { file: units, pattern: 'T41:' } },
  { trap: 'T1', file: 'src/domain/boot/probes/read.ts', find: 'if (gate && asks.length === 0 && ', replace: 'if (!gate && asks.length > 0 && ', test: { file: 'src/domain/boot/probes/read.test.ts', pattern: 'T1:' } },
  { trap: 'T1', file: 'src/domain/boot/probes/definition.ts', find: 'oneOrMore.pipe(z.array(listening))', replace: 'oneOrMore', test: { file: 'src/domain/boot/probes/read.test.ts', pattern: 'T1:' } },
  { trap: 'T1', file: 'src/domain/boot/router-rule.ts', find: 'expressions.includes(undefined) ? undefined : false', replace: 'false', test: { file: 'src/domain/boot/from-platform.test.ts', pattern: 'T1:' } },
  { trap: 'T1', file: 'src/domain/boot/answers.ts', find: "{ by: 'others', name }", replace: "{ by: 'others', name: undefined }", test: property },
  { trap: 'T1', file: 'src/domain/boot/analyse.ts', find: '!before.isBefore(other, number)', replace: '!before.isBefore(other, number) && other > number', test: property },
  { trap: 'T1', file: 'src/domain/boot/fixes.ts', find: 'if (mends(graph, changes, { finding, analysis })) fixes.push', replace: 'fixes.push', test: property },
  { trap: 'T2', file: 'src/domain/boot/systemd/passes-over.ts', find: '/^[@:+!|-]*/', replace: '/^-?/', test: { file: units, pattern: 'T2:' } },
  { trap: 'T1', file: 'src/domain/boot/systemd/read-units.ts', find: " || type === 'forking'", replace: '', test: { file: units, pattern: 'T1:' } },
  { trap: 'T1', file: 'src/domain/boot/systemd/read-units.ts', find: 'if (linked.has(name)) continue', replace: 'if (linked.size > 0) continue', test: { file: units, pattern: 'T1:' } },
  { trap: 'T14', file: 'src/domain/boot/systemd/read-units.ts', find: "['Requisite', 'requisite']", replace: "['Requisite', 'requires']", test: { file: units, pattern: 'T14:' } },
  { trap: 'T2', file: 'src/domain/boot/systemd/shell-script.ts', find: "if (left === (node.on === '||')) return left", replace: 'if (left) return left', test: { file: 'src/domain/boot/systemd/passes-over.test.ts', pattern: 'T2:' } },
  { trap: 'T2', file: 'src/domain/boot/analyse.ts', find: 'unit.gate?.asks.some((ask) => asks.includes(askedBy(ask)))', replace: 'asks.length > 1', test: { file: units, pattern: 'T2:' } },
  { trap: 'T2', file: 'src/domain/boot/systemd/render.ts', find: "['SuccessExitStatus', '1']", replace: "['SuccessExitStatus', '1 4']", test: { file: render, pattern: 'T2:' } },
  { trap: 'T11', file: 'src/domain/boot/systemd/read-units.ts', find: "variables.set(word.slice(0, equals).toUpperCase(),", replace: 'variables.set(word.slice(0, equals),', test: { file: units, pattern: 'T11:' } },
  { trap: 'T11', file: events, find: 'isExcepted(url.hostname, httpProxy.except)', replace: 'httpProxy.except.length > 0', test: { file: graphs, pattern: 'T11:' } },
  { trap: 'T11', file: events, find: "(url.protocol === 'https:' ? httpProxy.https : httpProxy.http)", replace: '(httpProxy.https ?? httpProxy.http)', test: { file: units, pattern: 'T11:' } },
  { trap: 'T12', file: 'src/domain/boot/analyse.ts', find: 'budget.deploy + budget.dwell + budget.rollback', replace: 'budget.deploy + budget.dwell', test: { file: graphs, pattern: 'T12:' } },
  { trap: 'T12', file: 'src/domain/boot/systemd/read-units.ts', find: "(key === 'TimeoutStartSec' || key === 'TimeoutSec')", replace: "key === 'TimeoutStartSec'", test: { file: units, pattern: 'T12:' } },
  { trap: 'T12', file: 'src/domain/boot/systemd/render.ts', find: '`${Math.ceil(limitMs / 1000)}s`', replace: "'900s'", test: { file: render, pattern: 'T12:' } },
  { trap: 'T1', file: 'src/domain/boot/fixes.ts', find: '...inherits.map((name)', replace: '...[].map((name)', test: { file: graphs, pattern: 'T1:' } },
  { trap: 'T1', file: 'src/domain/boot/fixes.ts', find: 'return needless.some(', replace: 'return false && needless.some(', test: { file: graphs, pattern: 'T1:' } },
  { trap: 'T1', file: 'src/domain/boot/fixes.ts', find: 'if (!unit.gate?.asksOnePage)', replace: 'if (unit.gate)', test: { file: 'src/domain/boot/from-platform.test.ts', pattern: 'T1:' } },
  { trap: 'T1', file: 'src/domain/boot/fixes.ts', find: 'return gate?.by === undefined', replace: 'return gate !== null', test: { file: 'src/domain/boot/from-platform.test.ts', pattern: 'T1:' } },
  { trap: 'T1', file: 'src/settings/load.ts', find: 'serverAfter.find((one) => !above.includes(one))', replace: 'serverAfter.find((one) => one === name)', test: { file: 'src/settings/load.test.ts', pattern: 'T1:' } },
  { trap: 'T1', file: 'src/domain/boot/prove/proof.ts', find: 'still.every((unit) => predicted.deadlocked.includes(unit))', replace: 'predicted.deadlocked.length > 0', test: { file: 'src/domain/boot/prove/proof.test.ts', pattern: 'T1:' } },
  { trap: 'T1', file: 'src/domain/boot/prove/units-seen.ts', find: "state !== 'activating' && state !== 'waiting'", replace: "state !== 'activating'", test: { file: 'src/domain/boot/prove/units-seen.test.ts', pattern: 'T1:' } },
  { trap: 'T2', file: 'src/domain/boot/prove/proof.ts', find: 'holds: pageAnswers && boot.failed.length === 0', replace: 'holds: pageAnswers', test: { file: 'src/domain/boot/prove/proof.test.ts', pattern: 'T2:' } },
  { trap: 'T40', file: 'src/domain/boot/install/layout.ts', find: 'exec /usr/bin/env -i', replace: 'exec /usr/bin/env', test: { file: 'test/host/command.test.ts', pattern: 'T40:' } },
  { trap: 'T16', file: 'src/domain/boot/systemd/render.ts', find: "['ReadWritePaths', '-/var/lib/docker/volumes']", replace: "['ReadOnlyPaths', '-/var/lib/docker/volumes']", test: { file: render, pattern: 'T16:' } },
  { trap: 'T24', file: 'src/domain/plan/prune-jobs.ts', find: "what === 'volume' || ", replace: '', test: { file: 'src/domain/plan/prune-jobs.test.ts', pattern: 'T24:' } },
  { trap: 'T39', file: 'src/domain/plan/room.ts', find: 'room.inodes > 0 && room.freeInodes / room.inodes < LEAST_SHARE', replace: 'room.inodes > 0 && room.freeInodes === 0', test: { file: 'src/domain/plan/room.test.ts', pattern: 'T39:' } },
  { trap: 'T12', file: 'src/domain/boot/probes/read.ts', find: 'gate?.rollback ?? budget?.rollback ?? 0', replace: 'gate?.rollback ?? 0', test: { file: 'src/domain/boot/probes/read.test.ts', pattern: 'T12:' } },
  { trap: 'T14', file: 'src/domain/boot/analyse.ts', find: 'else groups.set(root,', replace: 'else if (unit.gate) groups.set(root,', test: { file: units, pattern: 'T14:' } },
  { trap: 'T14', file: 'src/domain/boot/systemd/render.ts', find: "[['Requires', serviceOf(other)], ['After', serviceOf(other)]]", replace: "[['After', serviceOf(other)]]", test: { file: render, pattern: 'T14:' } },
]

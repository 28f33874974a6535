import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MoveHistory } from '../../src/domain/model/network-move.ts'
import { readMoves, takeInMove } from '../../src/domain/model/read-network-move.ts'
import type { MoveRecord } from '../../src/ports/network-moves.ts'
import { emptyWorld, networksInMemory, type NetworkWorld } from '../support/networks-in-memory.ts'
import type { MovePorts } from '../../src/workflows/network/move/context.ts'
import { type Moved, move } from '../../src/workflows/network/move/move.ts'

const OLD = '10.30.0.0/28'
const NEW = '10.10.0.0/16'
const HOSTS: Record<string, string> = { shop_app: 'shop.example.org', wiki_app: 'wiki.example.org' }

/** What outlives whoever is killed: the engine, the journal, and who is under way. */
interface Host {
  engine: NetworkWorld
  lines: string[]
  runs: string[]
  /** Names of locks that somebody else holds. */
  locked: string[]
}

/** A proxy, two apps behind it, one of them with a network of its own besides, and one that was scaled to nothing on purpose. */
function host(): Host {
  const engine = emptyWorld()
  engine.networks.push(
    { id: 'old', name: 'proxy', driver: 'overlay', scope: 'swarm', attachable: true, internal: false, subnets: [OLD], labels: { 'example.colour': 'green' }, options: { encrypted: '' } },
    { id: 'own', name: 'shop_internal', driver: 'overlay', scope: 'swarm', attachable: false, internal: false, subnets: ['10.0.5.0/24'], labels: {}, options: {} },
  )
  const on = (...names: string[]) => ({ network: 'old', aliases: names, options: {} })
  engine.services.push(
    { id: 's1', name: 'traefik_app', stack: 'traefik', networks: [on()], mode: 'global', replicas: null },
    { id: 's2', name: 'shop_app', stack: 'shop', networks: [{ network: 'own', aliases: ['app'], options: {} }, on('app', 'shop')], mode: 'replicated', replicas: 2 },
    { id: 's3', name: 'wiki_app', stack: 'wiki', networks: [on('app')], mode: 'replicated', replicas: 1 },
    { id: 's4', name: 'wiki_old', stack: 'wiki', networks: [on('old')], mode: 'replicated', replicas: 0 },
  )
  return { engine, lines: [], runs: [], locked: [] }
}

/** What people see of a host: everything but the ids of networks, which change with them. */
function seen({ engine }: Host) {
  const nameOf = (id: string) => engine.networks.find((one) => one.id === id)?.name ?? `gone: ${id}`
  return {
    networks: engine.networks.map(({ id, ...rest }) => rest).sort((a, b) => (a.name < b.name ? -1 : 1)),
    services: engine.services.map(({ networks, ...rest }) => ({ ...rest, networks: networks.map((one) => ({ ...one, network: nameOf(one.network) })) })),
  }
}

interface Given {
  /** Where this process ends: at a line of the journal, or right after the nth change on the engine. */
  dies?: { line: number; where: 'before' | 'after' } | { change: number }
  /** The name of an app that no longer answers once it was moved. */
  breaks?: string
  begin?: boolean
}

async function process({ engine, lines, runs, locked }: Host, given: Given = {}): Promise<Moved | 'dead'> {
  const { promise: died, resolve } = Promise.withResolvers<'dead'>()
  const dead = () => {
    resolve('dead')
    return new Promise<never>(() => {})
  }
  const networks = networksInMemory(engine)
  const { dies } = given
  const atFirst = engine.changes
  const changing = <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) => async (...args: Args) => {
    const before = engine.changes
    const answer = await work(...args)
    return dies && 'change' in dies && engine.changes > before && engine.changes - atFirst === dies.change ? await dead() : answer
  }
  const history = readMoves('journal.jsonl', lines.join('\n')) as MoveHistory
  let written = 0
  const record: MoveRecord = {
    history,
    async append(entry) {
      written += 1
      const mine = dies && 'line' in dies && dies.line === written ? dies.where : undefined
      if (mine === 'before') await dead()
      const line = { v: 1, n: history.lastN + 1, at: 0, ...entry } as const
      assert.equal(takeInMove(history, line), undefined)
      lines.push(JSON.stringify(line))
      if (mine === 'after') await dead()
    },
    close: async () => {},
  }
  let now = 0
  const unasked = () => assert.fail('not asked for')
  const answers = (name: string) => engine.services.some((service) => service.name === name && service.replicas !== 0 && service.networks.some(({ network }) => engine.networks.some((one) => one.id === network && one.name === 'proxy' && (given.breaks !== name || one.subnets[0] === OLD))))
  const ports = {
    networks: { ...networks, make: changing(networks.make), remove: changing(networks.remove), setService: changing(networks.setService) },
    ranges: { taken: async () => [] },
    engine: {
      reach: async () => ({ scheme: 'https', address: '127.0.0.1', port: 443, domain: 'example.org' }),
      routes: async () => Object.entries(HOSTS).map(([name, at]) => ({ host: at, stack: name })),
    },
    probes: {
      async http({ url }: { url: string }) {
        const name = Object.keys(HOSTS).find((one) => url.includes(HOSTS[one]!))!
        return answers('traefik_app') && answers(name) ? { kind: 'answered', status: 200, headers: {}, body: 'an app', ms: 1 } : { kind: 'answered', status: 502, headers: {}, body: '', ms: 1 }
      },
    },
    moves: { open: async () => record, read: async () => history },
    records: { list: async () => runs.map((id) => ({ id, header: null, results: null, gone: false })) },
    locks: {
      tryAcquire: async (name: string) => (locked.includes(name) ? { heldBy: { pid: 9, why: 'a reconcile', since: 0 } } : { release: async () => {} }),
      holder: async (name: string) => (runs.includes(name.replace('run:', '')) ? { pid: 9, why: 'a run', since: 0 } : null),
      acquire: unasked,
    },
    clock: {
      now: () => now, monotonic: () => now, jumpedMs: () => 0,
      async pause(ms: number) {
        now += ms
      },
      deadline: () => ({ signal: new AbortController().signal, cancel: () => {} }),
    },
    random: { bytes: () => new Uint8Array(3) },
  } as unknown as MovePorts
  const never = new AbortController().signal
  const of = engine.networks.find(({ name }) => name === 'proxy')
  const begin = (given.begin ?? true) && of ? { of, to: NEW } : null
  return await Promise.race([died, move(ports, { name: 'proxy', begin, apps: ['traefik'], signals: { cancel: never, abandon: never }, say: () => {} })])
}

/** As it was, but for the range of one network. */
function expected(before: ReturnType<typeof seen>, subnet: string) {
  return { ...before, networks: before.networks.map((one) => (one.name === 'proxy' ? { ...one, subnets: [subnet] } : one)) }
}

const ways: Array<{ that: string; breaks?: string; outcome: string; subnet: string }> = [
  { that: 'forward to its end', outcome: 'moved', subnet: NEW },
  { that: 'back, because an app no longer answers', breaks: 'wiki_app', outcome: 'went-back', subnet: OLD },
]

describe('a network is moved to another range', () => {
  for (const { that, outcome, subnet, ...given } of ways) {
    test(`T23: ${that}: every service is on it under its aliases, with as many tasks as before, and the network is as it was but for its range`, async () => {
      const it = host()
      const before = seen(it)
      const moved = await process(it, given)
      assert.ok(moved !== 'dead' && moved.is === 'ended', JSON.stringify(moved))
      assert.equal(moved.outcome.is, outcome)
      assert.deepEqual(seen(it), expected(before, subnet))
    })

    test(`T23: ${that}: cut off at each end of each gap of its journal, and after each change, the next one brings it to the same end`, async () => {
      const whole = host()
      await process(whole, given)
      const lines = whole.lines.flatMap((_, index): Given[] => [{ dies: { line: index + 1, where: 'before' } }, { dies: { line: index + 1, where: 'after' } }])
      const changes = Array.from({ length: whole.engine.changes }, (_, index): Given => ({ dies: { change: index + 1 } }))
      assert.ok(changes.length >= 8, `${changes.length} changes`)
      for (const { dies } of [...lines, ...changes]) {
        const it = host()
        const before = seen(it)
        assert.equal(await process(it, { ...given, ...(dies && { dies }) }), 'dead', JSON.stringify(dies))
        const ended = it.lines.some((line) => line.includes('"ended"'))
        const begun = it.lines.length > 0
        if (!ended) {
          const next = await process(it, { ...given, begin: !begun })
          assert.ok(next !== 'dead' && next.is === 'ended', `${JSON.stringify(dies)}: ${JSON.stringify(next)}`)
          assert.equal(next.outcome.is, outcome, JSON.stringify(dies))
        }
        assert.deepEqual(seen(it), expected(before, subnet), JSON.stringify(dies))
      }
    })
  }

  const refused: Array<{ that: string; change(it: Host): void; says: RegExp }> = [
    { that: 'a plain container is attached', change: (it) => void it.engine.containers.push({ name: 'loose', network: 'old' }), says: /loose/ },
    { that: 'a job is attached', change: (it) => void it.engine.services.push({ ...it.engine.services[2]!, id: 's9', name: 'wiki_job', mode: 'job', replicas: null }), says: /wiki_job/ },
    { that: 'a run is under way', change: (it) => void it.runs.push('note-1a2b3c'), says: /note-1a2b3c/ },
  ]
  for (const { that, change, says } of refused) {
    test(`nothing is touched where ${that}`, async () => {
      const it = host()
      change(it)
      const before = structuredClone(it.engine)
      const moved = await process(it)
      assert.ok(moved !== 'dead' && moved.is === 'ended' && moved.outcome.is === 'untouched', JSON.stringify(moved))
      assert.match(moved.outcome.why, says)
      assert.deepEqual(it.engine, before)
    })
  }

  test('nothing is touched while a platform app is reconciled', async () => {
    const it = host()
    it.locked.push('platform:traefik')
    const moved = await process(it)
    assert.deepEqual(moved, { is: 'busy', with: 'traefik', holder: { pid: 9, why: 'a reconcile', since: 0 } })
    assert.deepEqual(it.lines, [])
  })
})

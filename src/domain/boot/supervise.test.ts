import assert from 'node:assert/strict'
import { test } from 'node:test'
import { downOrder, nextMoves, type Standing, type Waiting } from './supervise.ts'

const unit = (name: string, requires: string[] = [], after: string[] = []): Waiting => ({ name, requires, after })
const UP: Standing = { is: 'up' }
const UNDER_WAY: Standing = { is: 'under-way' }
const dead = (cause: string): Standing => ({ is: 'dead', cause })

const HOST = [unit('network'), unit('proxy', ['network']), unit('login', ['proxy']), unit('page', ['proxy', 'login']), unit('server', [], ['proxy', 'login', 'page'])]

const cases: Array<{ that: string; stands: Record<string, Standing>; begin?: string[]; giveUp?: string[] }> = [
  { that: 'at first those begin that wait for nobody', stands: {}, begin: ['network'] },
  { that: 'nothing begins twice', stands: { network: UNDER_WAY } },
  { that: 'what was waited for is up: the next begins', stands: { network: UP }, begin: ['proxy'] },
  { that: 'who waits for two waits for both', stands: { network: UP, proxy: UP, login: UNDER_WAY } },
  { that: 'one dead is enough, and what follows from it is given up in the same breath, with the first as the cause', stands: { network: UP, proxy: dead('proxy') }, begin: ['server'], giveUp: ['login needs proxy (proxy)', 'page needs proxy (proxy)'] },
  { that: 'a chain is given up to its end', stands: { network: dead('network') }, begin: ['server'], giveUp: ['proxy needs network (network)', 'login needs proxy (network)', 'page needs proxy (network)'] },
  { that: 'who only comes after waits until it is known what became of those before', stands: { network: UP, proxy: UP, login: dead('login') }, giveUp: ['page needs login (login)'], begin: ['server'] },
  { that: 'and begins though one of them still could not: not while one is under way', stands: { network: UP, proxy: UP, login: UP, page: UNDER_WAY } },
]

for (const { that, stands, begin = [], giveUp = [] } of cases) {
  test(`T14: ${that}`, () => {
    const moves = nextMoves(HOST, new Map(Object.entries(stands)))
    assert.deepEqual([moves.begin, moves.giveUp.map(({ unit: name, needs, cause }) => `${name} needs ${needs} (${cause})`)], [begin, giveUp])
  })
}

test('who is named and is no part of the boot is not waited for', () => assert.deepEqual(nextMoves([unit('page', ['proxy'], ['login'])], new Map()).begin, ['page']))

test('down is the other way round: each waits for those that waited for it', () => {
  assert.deepEqual(downOrder(HOST).map(({ name, after }) => `${name}: ${after.join(' ')}`), ['server: ', 'page: server', 'login: page server', 'proxy: login page server', 'network: proxy'])
})

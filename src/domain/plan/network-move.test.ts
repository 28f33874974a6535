import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AttachedService, DockerNetwork, TakenRange } from '../model/network.ts'
import { type MoveSituation, moveObstacles, moveTarget, stacksOf } from './network-move.ts'

const network: DockerNetwork = { id: 'n1', name: 'proxy', driver: 'overlay', scope: 'swarm', attachable: true, internal: false, subnets: ['10.0.1.0/24'], labels: {}, options: {} }
const service = (name: string, over: Partial<AttachedService> = {}): AttachedService => ({ id: name, name, stack: name.split('_')[0]!, networks: [], mode: 'replicated', replicas: 1, running: 1, tasks: 1, ...over })
const vpn = (subnet: string): TakenRange => ({ by: 'vpn', name: 'wg0', subnet })
const situation = (over: Partial<MoveSituation>): MoveSituation => ({ network, use: { used: 240 }, attached: { services: [], containers: [] }, taken: [], asked: null, settings: '10.10.0.0/16', runs: [], ...over })

describe('where a network is moved to', () => {
  const cases: Array<{ that: string; given: Partial<MoveSituation>; to?: string; why?: RegExp; mend?: RegExp }> = [
    { that: 'what the settings say', given: {}, to: '10.10.0.0/16' },
    { that: 'the next free one, where that is taken', given: { taken: [vpn('10.10.0.0/15')] }, to: '10.12.0.0/16' },
    { that: 'what was asked for', given: { asked: '10.20.0.0/20' }, to: '10.20.0.0/20' },
    { that: 'around itself: its own range does not stand in its way', given: { network: { ...network, subnets: ['10.10.0.0/24'] } }, to: '10.10.0.0/16' },
    { that: 'of the same size, away from a VPN, with few in use', given: { asked: '10.20.1.0/24', use: { used: 20 } }, to: '10.20.1.0/24' },
    { that: 'not where there are fewer addresses, however few are in use', given: { asked: '10.20.1.0/28', use: { used: 1 } }, why: /^10\.20\.1\.0\/28 has 14 addresses, and proxy has 254 now: a move makes it no smaller\.$/, mend: /--to 10\.20\.1\.0\/24$/ },
    { that: 'nor where the settings say, when that is smaller', given: { settings: '10.10.0.0/25', use: { used: 1 } }, why: /^10\.10\.0\.0\/25 has 126 addresses/, mend: /--to 10\.10\.0\.0\/24$/ },
    { that: 'not where it is', given: { asked: '10.0.1.0/24' }, why: /^proxy has 10\.0\.1\.0\/24 already\.$/ },
    { that: 'not where the settings say, when that is where it is', given: { settings: '10.0.1.0/24' }, why: /already/ },
    { that: 'not onto what is taken', given: { asked: '10.20.0.0/16', taken: [vpn('10.20.9.0/24')] }, why: /^10\.20\.0\.0\/16 is taken: wg0 has 10\.20\.9\.0\/24\.$/ },
    { that: 'not where it would soon be as short of addresses', given: { asked: '10.20.1.0/24' }, why: /^10\.20\.1\.0\/24 has 254 addresses, and 240 are in use now/ },
    { that: 'nowhere, where every range is taken', given: { taken: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(vpn) }, why: /^Every private range/ },
  ]
  for (const { that, given, to, why, mend } of cases) {
    test(that, () => {
      const target = moveTarget(situation(given))
      if (why) assert.match('why' in target ? target.why : JSON.stringify(target), why)
      else assert.deepEqual(target, { to })
      if (mend) assert.match('mend' in target ? target.mend : '', mend)
    })
  }
})

test('what stands in the way of a move: each is named, with its mend', () => {
  const found = moveObstacles({
    network: { ...network, driver: 'bridge', scope: 'local' },
    attached: { services: [service('shop_app'), service('shop_tidy', { mode: 'job', replicas: null })], containers: ['loose', 'other'] },
    runs: ['note-1a2b3c'],
  })
  assert.deepEqual(found.map(({ why }) => why), [
    'proxy is a bridge of scope local, no overlay of a Swarm.',
    'Plain containers are attached, which no Swarm would attach again: loose, other.',
    'Jobs are attached, which would run once more: shop_tidy.',
    'Runs are under way and would lose the proxy: note-1a2b3c.',
  ])
  assert.ok(found.every(({ mend }) => mend !== ''))
  assert.deepEqual(moveObstacles({ network, attached: { services: [service('shop_app')], containers: [] }, runs: [] }), [])
})

test('the stacks that are moved, in order; what is outside of any stands under its own name', () => {
  assert.deepEqual(stacksOf([service('wiki_db'), service('filler', { stack: null }), service('wiki_app')]), [{ stack: 'filler', services: ['filler'] }, { stack: 'wiki', services: ['wiki_app', 'wiki_db'] }])
})

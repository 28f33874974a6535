/**
 * time limit: 1200 s, because whole hosts are made and booted, one of them three times
 * optional parts: image:host
 *
 * The boot of a throw-away host is proved. The whole of it takes eight minutes: with CCCI_LONG=1. Otherwise the old gate alone.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { BootProof } from '../../src/domain/report/boot/proof.ts'
import { cli, start } from '../support/cli.ts'
import { type HostsStage, openHostsStage } from './hosts-stage.ts'

const long = process.env.CCCI_LONG === '1'
const boots = long ? ['old 1', 'new 3'] : ['old 1']

describe('boot prove', () => {
  let stage: HostsStage
  before(async () => { stage = await openHostsStage({ parts: ['image:traefik', 'image:busybox'] }) })
  after(async () => await stage?.[Symbol.asyncDispose]())
  const prove = (...args: string[]) => ['boot', 'prove', ...args, '--settings', stage.settingsFile, '--state', stage.within('state')]

  test(`T1: the gate of old stands still where the check said${long ? ', ours comes up from nothing, rolls back on that very boot, and deploys nothing again' : ''}`, async (t) => {
    const page = stage.within('page.html')
    const { code, out, err } = await cli(prove('--json', '--page', page, ...(long ? [] : ['--gate', 'old'])), { env: stage.machine.env })
    assert.notEqual(out.trim(), '', err)
    const proof = JSON.parse(out) as BootProof
    for (const { gate, boots, claims } of proof.gates) {
      for (const { title, units } of boots) t.diagnostic(`${gate}: ${title}: ${units.filter(({ state }) => state !== 'off').map(({ unit, state, beganMs, endedMs }) => `${unit} ${beganMs} ${state} ${endedMs}`).join(', ')}`)
      for (const { says, holds, saw } of claims) t.diagnostic(`${gate}: ${holds ? '✓' : '✗'} ${says}: ${saw}`)
    }
    assert.deepEqual(proof.gates.flatMap(({ claims }) => claims.filter(({ holds }) => !holds)), [], err)
    assert.deepEqual([code, proof.verdict, proof.gates.map(({ gate, boots }) => `${gate} ${boots.length}`)], [0, 'proved', boots])
    const text = readFileSync(page, 'utf8')
    for (const wanted of ['<svg', 'The boot is proved', 'traefik can never come up', ...(long ? ['boot with the registry down'] : [])]) assert.ok(text.includes(wanted), wanted)
    assert.equal(/(src|href)=/.test(text), false)
    assert.deepEqual([(await readdir(proof.evidence)).sort(), await stage.hosts.list()], [[...(long ? ['new'] : []), 'old', 'page.html', 'proof.json'], []])
  })

  test('ended by Ctrl-C it leaves no host behind', async () => {
    const proving = start(prove('--gate', 'new'), { env: stage.machine.env })
    await proving.says('bringing images to its registry')
    assert.equal((await stage.hosts.list()).length, 1)
    proving.kill('SIGINT')
    assert.equal((await proving.ended).code, 130)
    const left = [...(await stage.hosts.list()), ...(await stage.machine.docker('volume', 'ls', '--quiet', '--filter', 'label=cc-ci.throwaway-host')).split('\n'), ...(await stage.machine.docker('network', 'ls', '--quiet', '--filter', 'label=cc-ci.throwaway-host')).split('\n')]
    assert.deepEqual(left.filter(Boolean), [])
  })
})

// time limit: 600 s, because a network of its own is filled, runs wait for addresses that do not come, and apps stop and start again
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { until } from '../rig/command.ts'
import { openOwnHost, type OwnHost } from '../rig/own-host.ts'
import { ports } from '../rig/places.ts'
import { checkout, type Ended, start, type Started, temporaryFolder } from '../support/cli.ts'
import { visit } from '../support/visitor.ts'

/** The network that all apps share runs out of addresses, is told apart from a broken recipe, and grows: a real Traefik, two apps, a /28. */

const SMALL = '10.30.0.0/28'
const LARGE = '10.10.0.0/16'
const APPS = ['shop', 'wiki'] as const

let host: OwnHost
const folder = temporaryFolder('network')
const begin = (args: string[], env: Record<string, string> = {}): Started => start([...args, '--state', join(folder.path, 'state')], { env: { ...host.env, ...env }, through: host.inside })
const cc = (args: string[], env?: Record<string, string>): Promise<Ended> => begin(args, env).ended
const subnetOfProxy = () => host.docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Subnet}}', 'proxy')
/** The first thing that each app answers. */
const answers = async () => await Promise.all(APPS.map(async (name) => {
  const visitor = visitApp(name)
  await visitor.sees('')
  return (await visitor.leave()).first
}))
const visitApp = (name: string) => visit({ url: `https://${name}.ci.test/`, port: ports.https, ca: join(host.folder, 'authority', 'ca.pem'), through: host.inside })
const runNotes = async () => {
  const { code, out, err } = await cc(['run', join(checkout, 'fixtures/recipes/notes'), '--engine', 'swarm', '--tier', 'install', '--base', 'none', '--json'])
  assert.notEqual(out.trim(), '', err)
  const results = JSON.parse(out) as { verdict: string; blame: string; summary: { what: string; why: string }; addresses?: { size: number; before: number; after: number }; teardown: { verdict: string } }
  return { code, results }
}
const doctorOnNetwork = async () => (JSON.parse((await cc(['doctor', '--json'])).out) as Array<{ about: string; state: string; says: string; mend?: string }>).filter(({ about }) => about === 'network')

before(async () => {
  host = await openOwnHost({ parts: ['registry', 'engine', 'swarm', 'settings'] })
  await host.docker('network', 'rm', 'proxy')
  await host.docker('network', 'create', '--driver', 'overlay', '--attachable', '--label', 'example.colour=green', '--subnet', SMALL, 'proxy')
  await host.rig('up', 'traefik')
  for (const name of APPS) {
    const file = join(folder.path, `${name}.yml`)
    writeFileSync(file, app(name))
    await host.docker('stack', 'deploy', '--compose-file', file, name)
  }
  for (const name of APPS) {
    const visitor = visitApp(name)
    await visitor.sees(`200 ${name}`)
    await visitor.leave()
  }
})
after(async () => {
  await host?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

// Each story begins where the one before it ended, as on a host.
describe('a shared network that is too small', () => {
  test('T38: is filled, and a run that finds no address is the host\'s trouble, with that sentence', async () => {
    // One that asks for more than there is: what is left of a /28 with a proxy and two apps.
    await host.docker('service', 'create', '--quiet', '--detach', '--name', 'filler', '--network', 'proxy', '--endpoint-mode', 'dnsrr', '--replicas', '12', '--stop-grace-period', '1s', 'busybox:1.35', 'sleep', '100000')
    await until('no address to be left', 60_000, async () => ((JSON.parse((await cc(['network', 'status', '--json'])).out) as { left: number }).left === 0 ? true : undefined))
    const { code, results } = await runNotes()
    assert.deepEqual([code, results.verdict, results.blame, results.summary.what, results.teardown.verdict], [3, 'infra', 'host', 'This host failed, not the recipe: the shared network has no address left.', 'pass'])
    assert.match(results.summary.why, /network proxy has no free address \(10\.30\.0\.0\/28: 14 of 14 are taken\)/)
    assert.deepEqual(results.addresses, { network: 'proxy', size: 14, before: 14, after: 14 })
  })

  test('T38: the doctor names it, and status says who has the addresses', async () => {
    assert.deepEqual(await doctorOnNetwork(), [{ about: 'network', state: 'trouble', says: '0 of 14 addresses of proxy are free (10.30.0.0/28)', mend: 'cc-ci network migrate, which shows what it would do' }])
    const { code, out } = await cc(['network', 'status'])
    assert.equal(code, 0)
    const lines = out.trimEnd().split('\n')
    assert.deepEqual([lines[0], lines[1]], [`proxy  ${SMALL}`, '  addresses   14: 14 in use, 0 left'])
    assert.match(out, /in use by {3}filler: \d+\n(.*\n)* +shop: 1\n +wiki: 1\n/)
    assert.match(out, / runs +\S+ \S+ note-[0-9a-f]{6}: 14 before, 14 after\n {2}trend +unchanged over the last run\n/)
    assert.deepEqual(lines.filter((line) => line.length > 80), [])
  })

  test('a move is shown before anything is touched', async () => {
    const { code, out } = await cc(['network', 'migrate'])
    assert.deepEqual([code, out.split('\n')[0]], [0, `proxy: ${SMALL} → ${LARGE}`])
    for (const says of ['shop: shop_app', 'wiki: wiki_app', 'rig-traefik: rig-traefik_app', `https://shop.ci.test:${ports.https}/`, `https://wiki.ci.test:${ports.https}/`, 'Nothing was touched. To do it: cc-ci network migrate --yes']) assert.ok(out.includes(says), `${says} in ${out}`)
    assert.equal(await subnetOfProxy(), SMALL)
  })

  test('a plain container on it is named, and nothing is touched', async () => {
    await host.docker('service', 'scale', '--detach', 'filler=2')
    await until('the filler to give addresses back', 60_000, async () => ((JSON.parse((await cc(['network', 'status', '--json'])).out) as { left: number }).left >= 6 ? true : undefined))
    await host.docker('run', '--detach', '--name', 'loose', '--network', 'proxy', 'busybox:1.35', 'sleep', '100000')
    const { code, out } = await cc(['network', 'migrate', '--yes'])
    await host.docker('rm', '--force', 'loose')
    assert.equal(code, 3)
    assert.match(out, /it cannot be done: Plain containers are attached, which no Swarm would attach again: loose\.\n {4}mend: Detach each of them: docker network disconnect proxy NAME/)
    assert.equal(await subnetOfProxy(), SMALL)
  })

  test('T23: killed when the network is gone and every app is down: it says so, nothing else is deployed, and the next one brings everything up on the larger range', async () => {
    assert.deepEqual(await answers(), ['200 shop', '200 wiki'])
    const before = await aliases()
    // Its seventh line says that the network was removed.
    await killedAt('after:7', [])
    assert.equal(await host.docker('network', 'ls', '--quiet', '--filter', 'name=^proxy$'), '')

    const open = await cc(['network', 'migrate'])
    assert.deepEqual([open.code, open.out.trimEnd().split('\n')], [3, [`The move of proxy from ${SMALL} to ${LARGE} is open.`, '  it came to: remove the network as it was', 'To go on with it: cc-ci network migrate --yes']])
    assert.match((await doctorOnNetwork())[0]?.says ?? '', /has begun and not ended/)
    const meanwhile = await runNotes()
    assert.deepEqual([meanwhile.code, meanwhile.results.verdict], [3, 'infra'])
    assert.match(meanwhile.results.summary.what, /the move of network proxy to 10\.10\.0\.0\/16 has begun and not ended, and came to: remove the network as it was/)

    const { code, out, err } = await cc(['network', 'migrate', '--yes'])
    assert.deepEqual([code, out.trim()], [0, `moved network proxy to ${LARGE}`], err)
    assert.match(err, /2 of 2 routes answer as before/)
    assert.equal(await subnetOfProxy(), LARGE)
    assert.equal(await host.docker('network', 'inspect', '--format', '{{index .Labels "example.colour"}} {{.Attachable}}', 'proxy'), 'green true')
    assert.deepEqual([await answers(), await aliases()], [['200 shop', '200 wiki'], before])
  })

  test('T38: afterwards a run passes, and the doctor has nothing to say', async () => {
    const { code, results } = await runNotes()
    assert.deepEqual([code, results.verdict, results.addresses?.size, results.addresses?.before === results.addresses?.after], [0, 'pass', 65_534, true], JSON.stringify(results.summary))
    assert.deepEqual((await doctorOnNetwork()).map(({ state }) => state), ['good'])
    assert.equal((await cc(['network', 'migrate', '--to', LARGE])).code, 2)
  })

  test('moved once more, with nobody killed: apps are away for as long as they take to stop and to start', async (t) => {
    const visitor = visitApp('shop')
    try {
      await visitor.sees('200 shop')
      const { code, out, err } = await cc(['network', 'migrate', '--to', '10.20.0.0/16', '--yes'])
      assert.deepEqual([code, out.trimEnd().split('\n')], [0, ['moved network proxy to 10.20.0.0/16', `The settings still say ${LARGE}, for whoever makes it anew: write proxy: { subnet: 10.20.0.0/16 }`]], err)
      await visitor.sees('200 shop')
    } finally {
      const { asked, lost, longestGapMs } = await visitor.leave()
      t.diagnostic(`of ${asked} requests in a row ${lost} had no answer; the longest gap was ${longestGapMs} ms`)
    }
    assert.deepEqual(await answers(), ['200 shop', '200 wiki'])
  })

  test('ended by Ctrl-C while services are attached again: everything goes back onto the range that it had', async () => {
    const before = await aliases()
    const started = begin(['network', 'migrate', '--to', '10.40.0.0/16', '--yes'])
    await started.says('attach every service')
    started.kill('SIGINT')
    const { code, out, err } = await started.ended
    assert.deepEqual([code, out.trim()], [130, 'went back: network proxy has 10.20.0.0/16 as before: ended by SIGINT, before: attach every service.'], err)
    assert.deepEqual([await subnetOfProxy(), await answers(), await aliases()], ['10.20.0.0/16', ['200 shop', '200 wiki'], before])
  })

  test('T23: killed when every app was stopped, and booted: the boot goes on with it before anything else', async () => {
    await killedAt('after:5', ['--to', LARGE])
    const settings = join(folder.path, 'settings.yml')
    writeFileSync(settings, `${readFileSync(join(host.folder, 'settings.yml'), 'utf8')}\nplatform: { traefik: { recipe: "${join(checkout, 'platform/traefik/1.1.0+v3.6.12')}", domain: traefik.ci.test } }\n`)
    const { code, err } = await cc(['boot', 'up', '--only', 'networks'], { CCCI_SETTINGS: settings })
    assert.equal(code, 0, err)
    assert.deepEqual([await subnetOfProxy(), await answers()], [LARGE, ['200 shop', '200 wiki']], err)
  })
})

/** Killed, as by -9, right before or after the nth line of its journal. */
async function killedAt(line: string, args: string[]): Promise<void> {
  const { code, err } = await cc(['network', 'migrate', ...args, '--yes'], { CCCI_TEST_DIE: line, NODE_OPTIONS: `--import ${join(checkout, 'test/support/die-at-journal.ts')}` })
  assert.equal(code, null, err)
}

/** Under which names each service is known on its networks. */
async function aliases(): Promise<string[]> {
  return await Promise.all(['rig-traefik_app', 'shop_app', 'wiki_app', 'filler'].map((name) => host.docker('service', 'inspect', '--format', '{{.Spec.Name}} {{.Spec.Mode.Replicated.Replicas}} {{range .Spec.TaskTemplate.Networks}}{{.Aliases}} {{end}}', name)))
}

/** The shop has a network of its own besides. */
function app(name: string): string {
  return `version: "3.8"
services:
  app:
    image: busybox:1.35
    command: [sh, -c, "echo ${name} > /tmp/index.html && trap 'exit 0' TERM && httpd -f -p 3000 -h /tmp & wait"]
    stop_grace_period: 2s
    networks: [proxy${name === 'shop' ? ', internal' : ''}]
    deploy:
      endpoint_mode: dnsrr
      labels:
        - "traefik.enable=true"
        - "traefik.http.services.${name}.loadbalancer.server.port=3000"
        - "traefik.http.routers.${name}.rule=Host(\`${name}.ci.test\`)"
        - "traefik.http.routers.${name}.entrypoints=web-secure"
        - "traefik.http.routers.${name}.tls=true"
networks:
  proxy: { external: true }
${name === 'shop' ? '  internal: {}\n' : ''}`
}

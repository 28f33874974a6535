import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AttachedService, DockerNetwork } from '../../../src/domain/model/network.ts'
import type { NewNetwork, Networks } from '../../../src/ports/network.ts'
import { isPortError, type PortErrorKind } from '../../../src/ports/port-error.ts'

/** What the suite needs beside the port: something that is attached. */
export interface NetworksUnderTest {
  networks: Networks
  /** A service with one task on these networks, under this alias on each; resolves once it runs. Answers its id. */
  service(name: string, networks: string[], alias: string): Promise<string>
  /** A plain container on a network; resolves once it runs. */
  container(name: string, network: string): Promise<void>
  removeContainer(name: string): Promise<void>
  removeService(id: string): Promise<void>
  /** Counts something that grows with every change of a service. */
  changesOf(service: string): Promise<number>
}

const LIMIT = 60_000

export function networksKeepTheirContract(title: string, open: () => Promise<NetworksUnderTest>): void {
  const wanted = (name: string, subnet: string): NewNetwork => ({ name, subnets: [subnet], attachable: true, internal: false, labels: { 'example.colour': 'green' }, options: {} })

  test(`${title}: a network is made with the range that was asked for, is listed with it, and goes`, async () => {
    const { networks } = await open()
    const id = await networks.make(wanted('made', '10.20.0.0/24'))
    const made = (await networks.list()).find((one) => one.id === id)
    assert.deepEqual([made?.name, made?.subnets, made?.driver, made?.scope, made?.attachable, made?.internal, made?.labels['example.colour'], made?.options], ['made', ['10.20.0.0/24'], 'overlay', 'swarm', true, false, 'green', {}])
    assert.deepEqual((await networks.use(id)).size, 254)
    assert.deepEqual(await networks.attached(id), { services: [], containers: [] })
    await networks.remove(id)
    assert.equal((await networks.list()).find((one) => one.id === id), undefined)
    await networks.remove(id)
    await rejectsAs('not-found', networks.attached(id))
  })

  test(`${title}: a name, and a range, is given once`, async () => {
    const { networks } = await open()
    const id = await networks.make(wanted('once', '10.21.0.0/24'))
    await rejectsAs('conflict', networks.make(wanted('once', '10.22.0.0/24')))
    await rejectsAs('conflict', networks.make(wanted('twice', '10.21.0.0/16')))
    await networks.remove(id)
  })

  test(`${title}: what is attached is listed, and keeps its network from being removed`, async () => {
    const { networks, service, container, removeContainer, removeService } = await open()
    const id = await networks.make(wanted('busy', '10.23.0.0/24'))
    const before = (await networks.use(id)).used
    const app = await service('web', [id], 'shop')
    const [found] = (await networks.attached(id)).services
    assert.deepEqual([found?.id, found?.mode, found?.replicas, found?.running, found?.tasks, found?.networks], [app, 'replicated', 1, 1, 1, [{ network: id, aliases: ['shop'], options: {} }]])
    assert.ok((await networks.use(id)).used > before)
    await rejectsAs('conflict', networks.remove(id))
    await container('loose', id)
    assert.deepEqual((await networks.attached(id)).containers, ['loose'])
    await removeService(app)
    await rejectsAs('conflict', networks.remove(id))
    await removeContainer('loose')
    await networks.remove(id)
  })

  test(`${title}: a service is taken off one network and put onto another, and nothing else of it changes`, async () => {
    const { networks, service, removeService, changesOf } = await open()
    const [from, other] = [await networks.make(wanted('from', '10.24.0.0/24')), await networks.make(wanted('other', '10.25.0.0/24'))]
    const app = await service('mover', [from, other], 'shop')
    const before = await one(networks, from, app)
    await networks.setService(app, { networks: before.networks.filter(({ network }) => network !== from), replicas: 0 })
    await until(async () => (await networks.attached(from)).services.length === 0)
    const off = await one(networks, other, app)
    assert.deepEqual([off.replicas, off.networks], [0, before.networks.filter(({ network }) => network === other)])
    await networks.remove(from)

    const to = await networks.make(wanted('to', '10.26.0.0/16'))
    const onTo = { networks: before.networks.map((each) => (each.network === from ? { ...each, network: to } : each)), replicas: before.replicas }
    await networks.setService(app, onTo)
    await until(async () => (await one(networks, to, app)).running === 1)
    assert.deepEqual({ ...(await one(networks, to, app)), networks: [] }, { ...before, networks: [] })
    assert.deepEqual((await one(networks, to, app)).networks, onTo.networks)

    const changes = await changesOf(app)
    await networks.setService(app, onTo)
    assert.equal(await changesOf(app), changes)
    await removeService(app)
    await rejectsAs('not-found', networks.setService(app, onTo))
    for (const id of [to, other]) await networks.remove(id)
  })

  test(`${title}: an engine that is in a Swarm is not put into another one`, async () => {
    const { networks } = await open()
    assert.deepEqual(await networks.swarm(), { is: 'manager' })
    await rejectsAs('conflict', networks.makeSwarm())
  })
}

async function one(networks: Networks, network: DockerNetwork['id'], service: string): Promise<AttachedService> {
  const found = (await networks.attached(network)).services.find(({ id }) => id === service)
  assert.ok(found, `${service} is not on ${network}`)
  return found
}

async function rejectsAs(kind: PortErrorKind, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => isPortError(error, kind) || assert.fail(`${String(error)}, not ${kind}`))
}

async function until(is: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT
  while (!(await is())) {
    assert.ok(performance.now() < deadline, `not within ${LIMIT} ms`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

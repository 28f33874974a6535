import { emptyWorld, networksInMemory } from '../../support/networks-in-memory.ts'
import { networksKeepTheirContract } from './suite.ts'

networksKeepTheirContract('in memory', async () => {
  const world = emptyWorld()
  return {
    networks: networksInMemory(world),
    async service(name, networks, alias) {
      world.services.push({ id: `s-${name}`, name, stack: null, networks: networks.map((network) => ({ network, aliases: [alias], options: {} })), mode: 'replicated', replicas: 1 })
      return `s-${name}`
    },
    container: async (name, network) => void world.containers.push({ name, network }),
    async removeContainer(name) {
      world.containers = world.containers.filter((one) => one.name !== name)
    },
    async removeService(id) {
      world.services = world.services.filter((one) => one.id !== id)
    },
    changesOf: async () => world.changes,
  }
})

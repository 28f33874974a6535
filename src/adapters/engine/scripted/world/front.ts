import { scriptOf } from './script.ts'
import type { World } from './state.ts'

/** What the proxy answers at a host name: the first running task of a service that has a router for it. */
export function answerFor(world: World, host: string): { status: number; body: string } {
  for (const stack of world.stacks.values()) {
    for (const service of stack.services.values()) {
      const rules = Object.entries(service.definition.deploy?.labels ?? {}).filter(([key]) => /^traefik\.http\.routers\..+\.rule$/.test(key))
      if (!rules.some(([, rule]) => rule.includes(`\`${host}\``))) continue
      const task = service.tasks.find((one) => one.state === 'running' && one.desired === 'running')
      if (!task) return { status: 503, body: 'no available server\n' }
      const { answer, version } = scriptOf(task.definition)
      return answer ?? { status: 200, body: `${version ?? task.definition.image}\n` }
    }
  }
  return { status: 404, body: '404 page not found\n' }
}

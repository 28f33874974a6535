import type { Stack } from '../model/stack.ts'

/**
 * A stack of known-good as it is deployed on the way back. The engine's own rollback would answer a first start that fails, as one does where a port is
 * not free yet, by putting the version there that we come from (trap 5): it goes on instead.
 */
export function onTheWayBack(stack: Stack): Stack {
  const services = Object.entries(stack.services).map(([name, service]) => {
    const update = service.deploy?.update_config
    return update?.failure_action === 'rollback' ? [name, { ...service, deploy: { ...service.deploy, update_config: { ...update, failure_action: 'continue' } } }] : [name, service]
  })
  return { ...stack, services: Object.fromEntries(services) as Stack['services'] }
}

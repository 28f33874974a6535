import type { ComposeReading } from '../compose/read.ts'
import type { Reach } from './refusal.ts'

/** What the proxy keeps by name, for all apps together. */
const KINDS: Record<string, string> = { routers: 'router', services: 'service', middlewares: 'middleware', serverstransports: 'servers transport' }

/**
 * How a stack reaches for what others have in the shared proxy: Traefik has one namespace for all stacks. Two that say a router or middleware of one
 * name lose it both, and two that say a service of one name share its visitors. So whatever a label defines carries the stack's name in front, as
 * recipes have it, and nothing else under the three protocols is read; what stands under `traefik.tls` holds for everybody.
 */
export function reachesForProxyNames({ stack, placeOf, stackName }: Pick<ComposeReading, 'stack' | 'placeOf'> & { stackName: string }): Reach[] {
  const reaches = new Map<string, Reach>()
  for (const [service, { deploy }] of Object.entries(stack.services)) {
    for (const label of Object.keys(deploy?.labels ?? {})) {
      if (!/^traefik\.(http|tcp|udp|tls)/i.test(label)) continue
      const place = placeOf(['services', service, 'deploy', 'labels', label])
      const [, section, name] = /^traefik\.(?:http|tcp|udp)\.([a-z]+)\.([^.[\]]+)\../i.exec(label) ?? []
      const kind = KINDS[section?.toLowerCase() ?? '']
      if (kind === undefined || name === undefined) {
        reaches.set(label, { kind: 'proxy-setting', place, message: `\`${label}\` defines no router, service or middleware of the stack: it may hold for all apps behind the proxy.`, instead: 'Remove it.', allow: `proxy-setting:${label}` })
        continue
      }
      if (isOwnName(name, stackName) || reaches.has(`${kind} ${name}`)) continue
      reaches.set(`${kind} ${name}`, { kind: 'proxy-name', place, message: `The ${kind} \`${name}\` of the proxy does not begin with the stack's name: another stack may have one of the same name, and then both lose it.`, instead: `Name it \`\${STACK_NAME}-${name}\`.`, allow: `proxy-name:${name}` })
    }
  }
  return [...reaches.values()]
}

/** The stack's name, alone or with a dash or an underscore behind it. */
export function isOwnName(name: string, stackName: string): boolean {
  return name === stackName || name.startsWith(`${stackName}-`) || name.startsWith(`${stackName}_`)
}

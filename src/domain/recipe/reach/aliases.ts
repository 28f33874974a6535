import type { ComposeReading } from '../compose/read.ts'
import { isOwnName } from './proxy-names.ts'
import type { Reach } from './refusal.ts'
import type { SharedScope } from './shared.ts'

/**
 * How a stack reaches for what is said to others on the network that all apps share: whoever has the name of another stack's service there, or that of the
 * proxy, gets a part of its requests. A service is known there by its key as well, which Docker adds: one of the form `<stack>_<service>` is an alias, too.
 */
export function reachesForAliases({ stack, placeOf, stackName, proxyNetwork }: SharedScope): Reach[] {
  const shared = Object.entries(stack.networks).filter(([key, network]) => network.external && (network.name ?? key) === proxyNetwork).map(([key]) => key)
  return Object.entries(stack.services).flatMap(([name, { networks = { default: null } }]) =>
    shared.filter((key) => Object.hasOwn(networks, key)).flatMap((key) => [
      ...(isFullName(name) && !isOwnName(name, stackName) ? [reach(`The service \`${name}\``, name, placeOf(['services', name]), 'Give it a short name, such as `app`.')] : []),
      ...(networks[key]?.aliases ?? []).flatMap((alias, index) => {
        if (isOwnName(alias, stackName) || Object.hasOwn(stack.services, alias)) return []
        return [reach(`\`${name}\`, by its alias \`${alias}\`,`, alias, placeOf(['services', name, 'networks', key, 'aliases', index]), `Write \`\${STACK_NAME}_${alias}\`, or give the alias on a network of the stack.`)]
      }),
    ]),
  )

  function reach(who: string, alias: string, place: ReturnType<ComposeReading['placeOf']>, instead: string): Reach {
    return { kind: 'proxy-alias', place, message: `${who} answers to \`${alias}\` on the network \`${proxyNetwork}\`, which all apps share: that may be another app's name.`, instead, allow: `proxy-alias:${alias}` }
  }
}

/** `<stack>_<service>`, where the stack's name comes from a domain of two parts or more. */
function isFullName(name: string): boolean {
  return name.split('_').length > 2
}

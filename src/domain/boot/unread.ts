import { goExpression } from '../../lib/go-expression.ts'
import type { Problem } from '../model/problem.ts'
import type { BootGraph } from './graph.ts'
import { isRule, unreadPatterns } from './router-rule.ts'

/** Warns of each rule and pattern on a way that cannot be read: what is said of who answers may be wrong there. */
export function warnOfUnread({ routers, middlewares }: BootGraph): Problem[] {
  const rule = 'boot/unread-pattern'
  const mend = "Write it without what only Go's expressions have."
  return [
    ...routers.filter((router) => !isRule(router.rule.text)).map(({ name, rule: { text, place } }): Problem => ({ ...place, rule: 'boot/unread-rule', severity: 'warning', message: `The rule of the router ${name} cannot be read: ${text}. The proxy leaves that router out.`, mend: 'Write it as Traefik has it, such as Host(`example.org`) && PathPrefix(`/app`).' })),
    ...routers.flatMap(({ name, rule: { text, place } }) => unreadPatterns(text).map((pattern): Problem => ({ ...place, rule, severity: 'warning', message: `The pattern ${pattern} in the rule of the router ${name} cannot be read here: it is taken to fit every request.`, mend: `${mend} Where it means few hosts, name them with Host(…).` }))),
    ...middlewares.flatMap((middleware): Problem[] => {
      if (middleware.kind !== 'redirect' || middleware.when === null || goExpression(middleware.when)) return []
      return [{ ...middleware.place, rule, severity: 'warning', message: `The pattern ${middleware.when} of the redirect ${middleware.name} cannot be read here: it is taken to ${middleware.url.includes('$') ? 'fit no' : 'fit every'} request.`, mend }]
    }),
  ]
}

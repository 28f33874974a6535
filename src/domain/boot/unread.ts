import { goExpression } from '../../lib/go-expression.ts'
import type { Problem } from '../model/problem.ts'
import type { BootGraph } from './graph.ts'
import { unreadPatterns } from './router-rule.ts'

/** Warns of each pattern on a way that cannot be read: what is said of who answers may be wrong there. */
export function warnOfUnread({ routers, middlewares }: BootGraph): Problem[] {
  const rule = 'boot/unread-pattern'
  const mend = "Write it without what only Go's expressions have."
  return [
    ...routers.flatMap(({ name, rule: { text, place } }) => unreadPatterns(text).map((pattern): Problem => ({ ...place, rule, severity: 'warning', message: `The pattern ${pattern} in the rule of the router ${name} cannot be read here: it is taken to fit every request.`, mend: `${mend} Where it means few hosts, name them with Host(…).` }))),
    ...middlewares.flatMap((middleware): Problem[] => {
      if (middleware.kind !== 'redirect' || middleware.when === null || goExpression(middleware.when)) return []
      return [{ ...middleware.place, rule, severity: 'warning', message: `The pattern ${middleware.when} of the redirect ${middleware.name} cannot be read here: it is taken to ${middleware.url.includes('$') ? 'fit no' : 'fit every'} request.`, mend }]
    }),
  ]
}

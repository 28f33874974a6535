import { nameOf, placeOf, type Step } from '../../boot/analyse.ts'
import type { Never } from '../../boot/events.ts'
import type { Place } from '../../model/problem.ts'

/** One line of the way: what waits for what, and where that is said. */
export interface WayLine {
  says: string
  /** Undefined: it lies in the nature of a unit. */
  place?: Place
}

/** The way in words, a line for each wait that somebody wrote down. */
export function sayWay(way: readonly Step[]): WayLine[] {
  return way.flatMap((step) => {
    if (step.because.because === 'begins-first' || step.because.because === 'serves-first') return []
    const place = placeOf(step.because)
    return [{ says: sayStep(step), ...(place ? { place } : {}) }]
  })
}

function sayStep({ event, because, waitsFor }: Step): string {
  const who = nameOf(event)
  const whom = nameOf(waitsFor)
  switch (because.because) {
    case 'begins-first':
      return `${who} serves once it has begun`
    case 'serves-first':
      return `${who} is up once it serves`
    case 'order':
      return `${who} begins once ${whom} is up (${because.edge.kind === 'before' ? `${because.said} says before` : because.edge.kind}${because.edge.by === undefined ? '' : `, by ${because.edge.by}`})`
    case 'gate':
      return because.ask.kind === 'unit' ? `${who} is up once its gate has seen that ${whom} is` : `${who} is up once its gate has had an answer from ${because.ask.url}`
    case 'at-start': {
      const { ask, does } = because.asked
      return `${who} ${event.is === 'serves' ? 'serves' : 'is up'} once a command of its start ${ask.kind === 'url' ? `has had an answer from ${ask.url}` : does === 'starts' ? `has started ${whom}, which it waits for` : `has seen that ${whom} is`}`
    }
    case 'http-proxy':
      return `the gate of ${who} asks ${because.ask.kind === 'url' ? because.ask.url : whom} through the HTTP proxy of its environment, ${whom}`
    case 'name':
      return `the name ${because.name.name} resolves once ${whom} is up`
    case 'proxy':
      return `${who} is reached through ${whom}, by its router ${because.router.name}`
    case 'defined-by':
      return `the router ${because.router.name} is there once ${whom} runs`
    case 'service':
      return `the router ${because.router.name} leads to ${whom}`
    case 'certificate':
      return `the certificate for ${who} comes from ${whom}, once that is up`
    case 'forward-auth':
      return `before that the router ${because.router.name} asks ${whom} who is there (${because.middleware.text})`
    case 'redirect':
      return `the router ${because.router.name} redirects to ${whom} (${because.middleware.text})`
    case 'listens':
      return `${because.told.text} is where ${whom} listens`
    case 'network':
      return `${who} attaches to the network ${because.made.name}, which ${whom} makes`
    case 'image':
      return `${who} runs the image ${because.told.text}, which ${whom} gives out`
  }
}

/** Why something never happens, as a clause. */
export function sayNever(never: Never): string {
  switch (never.never) {
    case 'no-router':
      return `no router serves the host ${never.host}`
    case 'no-url':
      return `"${never.text}" is no URL`
    case 'starts-later':
      return `${never.unit.name} takes no part in the boot: ${never.unit.starts.when === 'later' ? `${never.unit.starts.by} starts it later` : ''}`
    case 'does-not-start':
      return `${never.unit.name} is never started: ${never.unit.starts.when === 'never' ? never.unit.starts.why : ''}`
    case 'no-such-unit':
      return `there is no unit ${never.name}`
    case 'needs-what-never-starts':
      return `it requires ${never.needs}, which is never started`
    case 'no-such-middleware':
      return `there is no middleware ${never.told.text}`
  }
}

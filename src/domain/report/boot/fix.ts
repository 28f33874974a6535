import type { Change, Fix } from '../../boot/fixes.ts'
import { listed } from '../words.ts'

/** A fix in words: what to do, and what is lost by it. */
export interface SaidFix {
  do: string
  givesUp: string
}

export function sayFix({ changes }: Fix): SaidFix {
  const said = changes.map(sayChange)
  return { do: said.map((one) => one.do).join('; '), givesUp: combined(changes) ?? [...new Set(said.map((one) => one.givesUp))].join('; ') }
}

function sayChange(change: Change): SaidFix {
  switch (change.do) {
    case 'ask-own':
      return { do: `let the gate of ${change.unit} ask its own signal, ${change.url}${new URL(change.url).pathname === '/' ? ' (choose a path that tells its state)' : ''}, instead of ${change.insteadOf.join(', ')}`, givesUp: `the start of ${change.unit} no longer proves that ${change.insteadOf.join(', ')} answers${change.askedBy === undefined ? '' : `; that of ${change.askedBy} does, whose gate asks it already`}` }
    case 'hand-over':
      if (change.insteadOf.length > 0) return { do: `let the gate of ${change.unit} ask ${change.urls.join(', ')} instead of ${change.insteadOf.join(', ')}`, givesUp: `${change.insteadOf.join(', ')} is no longer proved` }
      return { do: `give ${change.urls.join(', ')} to the gate of ${change.unit}`, givesUp: '' }
    case 'turn-round':
      return { do: sayTurn(change), givesUp: `${change.unit} is started without ${change.other}, and has to bear that` }
    case 'order':
      return { do: `start ${change.unit} after ${change.after}`, givesUp: `${change.unit} waits for the gate of ${change.after} as well, where now both start side by side` }
    case 'take-redirect':
      return { do: `let the gate of ${change.unit} take the redirect of ${change.url} as the answer (redirects: answer)`, givesUp: 'what the redirect leads to is no longer proved' }
    case 'keep-image':
      return { do: `keep the image ${change.image} of ${change.unit} on the host, or fetch it from another registry`, givesUp: 'a host that has lost the image cannot fetch it in its boot' }
    case 'certificate-on-disk':
      return { do: `keep the certificate of the router ${change.router} on the disk, so that it is served as it was last`, givesUp: 'a boot after a long time off may serve a certificate that has run out' }
    case 'name-in-hosts':
      return { do: `let ${change.name} resolve without its unit (a record of its own, or a line in /etc/hosts)`, givesUp: 'the name resolves while nobody answers there' }
    case 'past-the-proxy':
      return { do: `let the gate of ${change.unit} ask without the HTTP proxy (NO_PROXY)`, givesUp: 'the gate no longer takes the way of other requests' }
  }
}

function sayTurn({ unit, other, inherits, isListed }: Extract<Change, { do: 'turn-round' }>): string {
  const before = `${other}${inherits.length > 0 ? `, but after ${listed(inherits, 8)}` : ''}`
  if (isListed) return `move ${unit} above ${other}, so that ${other} comes after ${unit}, and ${unit} no longer after ${before}`
  return `start ${other} after ${unit}, and ${unit} no longer after ${before}`
}

/** What a gate that moves to a later unit loses is less than what its unit loses. */
function combined(changes: readonly Change[]): string | undefined {
  const own = changes.find((change) => change.do === 'ask-own')
  const moved = changes.find((change) => change.do === 'hand-over')
  return own && moved ? `${moved.urls.join(', ')} still has to answer, but where it does not, ${moved.unit} is held back and ${own.unit} is not${moved.insteadOf.length > 0 ? `; ${moved.insteadOf.join(', ')} is no longer proved` : ''}` : undefined
}

import { once } from 'node:events'
import { sayListen } from '../../domain/model/server.ts'
import { SERVER_LOCK, servesAt, untilServerAnswers } from '../../workflows/boot/server-unit.ts'
import { hearEndRequest } from '../../workflows/app/end-request.ts'
import { type Call, type Command, EXIT, InfraError, UsageError } from '../command.ts'

/** How long --ready waits where nobody says, s. */
const READY_WITHIN = 60

export const server: Command = {
  name: 'server',
  summary: 'serve health, alerts and the reports of runs, read-only, until it is ended',
  usage: '[--ready [--within SECONDS]]',
  options: {
    ready: { type: 'boolean', says: 'start none: wait until the one that was started answers as it should' },
    within: { type: 'string', value: 'SECONDS', says: `with --ready: so long, then it is a failure; default ${READY_WITHIN}` },
  },
  words: { least: 0, most: 0 },
  examples: ['cc-ci server', 'cc-ci server --ready --within 30'],
  interrupted: 'ending, once what is being answered was answered.',
  async run(call) {
    const { settings } = call.services
    if (!settings.server) throw new UsageError(`The settings name no server. Add "server" in ${settings.file ?? `${settings.stateFolder}/settings.yml`}; cc-ci settings example shows how.`)
    if (!call.flag('ready') && call.text('within') !== undefined) throw new UsageError('--within says how long --ready waits: add --ready, or leave it away to start the server.')
    return call.flag('ready') ? await waitUntilReady(call) : await serve(call)
  },
}

async function serve({ services, io }: Call): Promise<number> {
  const { locks, clock, settings, version, serverPorts: { endRequest } } = services
  const where = sayListen(settings.server!.listen)
  const held = await locks.tryAcquire(SERVER_LOCK, servesAt(settings.server!))
  if ('heldBy' in held) throw new InfraError(`The server of this state folder runs already: process ${held.heldBy.pid} ${held.heldBy.why}.`)
  try {
    await endRequest.withdraw()
    const listening = await services.serve(settings.server!)
    const ear = hearEndRequest({ asked: endRequest.asked, clock, signals: services.signals, onAsked: (by) => io.err(`asked to end by ${by}: ending, once what is being answered was answered`) })
    const { cancel } = ear.signals
    io.err(`cc-ci ${version} serves at http://${where}/${settings.server!.domain === undefined ? '' : `, by the proxy https://${settings.server!.domain}/`}`)
    if (!cancel.aborted) await once(cancel, 'abort')
    await ear.stop()
    await listening.close()
    io.err('ended')
    // To be ended is how a server comes to its end.
    return EXIT.pass
  } finally {
    await held.release()
  }
}

async function waitUntilReady({ services, io, text }: Call): Promise<number> {
  const { serverPorts, wantedServer, signals, clock } = services
  const within = Number(text('within') ?? READY_WITHIN)
  if (!(within > 0)) throw new UsageError(`--within takes seconds, not "${text('within')}".`)
  const limit = clock.deadline(within * 1_000)
  try {
    const seen = await untilServerAnswers(serverPorts, wantedServer!, { signal: AbortSignal.any([signals.cancel, limit.signal]) })
    const where = sayListen(wantedServer!.server.listen)
    if (seen.is === 'ours' && seen.version === wantedServer!.version) {
      io.out(`It answers at ${where}.`)
      return EXIT.pass
    }
    throw new InfraError(`The server does not answer at ${where} within ${within} s: ${seen.is === 'ours' ? `one of version ${seen.version} does` : seen.says}.`)
  } finally {
    limit.cancel()
  }
}

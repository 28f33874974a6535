import { openedAhead } from '../../workflows/reconcile/opened-ahead.ts'
import { reconcile } from '../../workflows/reconcile/reconcile.ts'
import { relayAfter } from '../alerts/after.ts'
import { type Command, endedBySignal } from '../command.ts'
import { appsAsked, onPlatform } from './app.ts'
import { exitOf, sayTold, worstExit } from './words.ts'

export const platformReconcile: Command = {
  name: 'platform reconcile',
  summary: 'bring platform apps to their latest release, behind a gate that rolls back',
  usage: '[APP]',
  options: {},
  words: { least: 0, most: 1 },
  examples: ['cc-ci platform reconcile', 'cc-ci platform reconcile traefik --json'],
  interrupted: 'what was touched goes back to the version before first, so that nothing is left down. Once more leaves it where it is.',
  abandoned: 'Left where it is. Go on with: cc-ci platform reconcile',
  async run(call) {
    const { io, services } = call
    const apps = appsAsked(call)
    const { cancel } = services.signals
    const ended = new AbortController()
    const sources = openedAhead(services.sources, apps.map(({ recipe }) => recipe), AbortSignal.any([cancel, ended.signal]))
    return await onPlatform(call, async (ports) => {
      const done = []
      for (const app of apps) {
        if (cancel.aborted) break
        const told = await reconcile({ ...ports, sources }, app, { signals: services.signals, say: (text) => io.err(`${app.name}: ${text}`) })
        done.push({ app: app.name, exit: exitOf(told), ...told })
        if (!call.json) for (const line of sayTold(app.name, told)) io.out(line)
      }
      if (call.json) io.out(JSON.stringify(done, null, 2))
      await relayAfter(call)
      return cancel.aborted ? endedBySignal(cancel) : worstExit(done.map(({ exit }) => exit))
    }).finally(() => ended.abort('the reconcile ended'))
  },
}

import { LAYOUT } from '../../domain/boot/install/layout.ts'
import { EXAMPLE, exampleScript, exampleSettings, type GateChoice, PLACES } from '../../domain/boot/prove/example.ts'
import { HOST_REGISTRY } from '../../domain/boot/prove/host-image.ts'
import type { Prediction } from '../../domain/boot/prove/proof.ts'
import { serviceOf } from '../../domain/boot/systemd/render.ts'
import { type BootReport, renderBootReport } from '../../domain/report/boot/check.ts'
import { PortError } from '../../ports/port-error.ts'
import type { OnHost } from './on-host.ts'

/** What a host has before its first real boot. */
export interface Furnished {
  predicted: Prediction
  /** What `host install` said to the settings as they are. */
  installed: { refused: boolean; says: string }
}

/**
 * Makes a Debian into a host of cc-ci that has never been booted as one: its registry holds the images, the recipes have their repositories, and `host
 * install` has been run. There is no Swarm, no network, no app and no image on it.
 */
export async function furnish(on: OnHost, given: { gate: GateChoice; programFolder: string; signal: AbortSignal; says(what: string): void }): Promise<Furnished> {
  const { gate, says } = given
  await on.host.start(given.signal)
  says('copying cc-ci to it')
  await on.host.put(given.programFolder, PLACES.program)
  await on('starting its engine and its registry', 'systemctl', 'start', 'docker.service', 'docker-registry.service')
  says('bringing images to its registry')
  await on.host.load(EXAMPLE.images, given.signal)
  for (const image of EXAMPLE.images) {
    const there = `${HOST_REGISTRY}/library/${image}`
    await on(`naming ${image}`, 'docker', 'tag', image, there)
    await on(`bringing ${image} to the registry`, 'docker', 'push', '--quiet', there)
    await on(`forgetting ${image}`, 'docker', 'rmi', there, image)
  }
  await on('making a folder', 'mkdir', '-p', PLACES.folder)
  await on.script('making certificates and recipes', exampleScript())
  says('installing cc-ci')
  await on.write(PLACES.settings, exampleSettings(gate))
  const predicted = await predict(on)
  const installed = await install(on)
  if (gate === 'old') {
    // It refuses, as it should: the same units with a gate that it takes, and then the other gate, as somebody might write it into the settings later.
    await on.write(PLACES.settings, exampleSettings('new'))
    const { refused, says: why } = await install(on)
    if (refused) throw new PortError('unexpected', `host install on the throw-away host refused the settings of our own gate: ${why}`)
    await on.write(LAYOUT.settings, exampleSettings('old'))
  } else if (installed.refused) throw new PortError('unexpected', `host install on the throw-away host: ${installed.says}`)
  await on('removing the copy that it was installed from', 'rm', '-rf', PLACES.program)
  await on.host.stop()
  return { predicted, installed }
}

async function predict(on: OnHost): Promise<Prediction> {
  const { out, err } = await on.ask(`${PLACES.program}/cc-ci`, 'boot', 'check', '--json', '--settings', PLACES.settings, '--state', '/tmp/check')
  const report = parsed(out, err)
  return { verdict: report.verdict, deadlocked: [...new Set(report.findings.filter(({ rule }) => rule === 'boot/deadlock').map(({ unit }) => serviceOf(unit)))], says: renderBootReport(report) }
}

function parsed(out: string, err: string): BootReport {
  try {
    const report = JSON.parse(out) as BootReport | { error: { what: string } }
    if ('findings' in report) return report
    throw new PortError('unexpected', `boot check on the throw-away host: ${report.error.what}`)
  } catch (error) {
    if (error instanceof SyntaxError) throw new PortError('unexpected', `boot check on the throw-away host gave no report: ${err.trim() || out.trim() || 'it said nothing'}`, { cause: error })
    throw error
  }
}

async function install(on: OnHost): Promise<Furnished['installed']> {
  const { code, out, err } = await on.ask(`${PLACES.program}/cc-ci`, 'host', 'install', '--settings', PLACES.settings, '--state', '/tmp/install')
  if (code !== 0 && code !== 2) throw new PortError('unexpected', `host install on the throw-away host ended with ${code ?? 'a signal'}: ${(err.trim() || out.trim()).split('\n').slice(-8).join(' | ')}`)
  return { refused: code === 2, says: (code === 2 ? err : out).trim().split('\n').at(-1) ?? '' }
}

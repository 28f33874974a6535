import { brokenReleaseScript, EXAMPLE, type GateChoice, PLACES } from '../../domain/boot/prove/example.ts'
import { type BootSeen, type Claim, type GateProof, judgeAgain, judgeCold, judgeOld, judgeRollback, type Standing } from '../../domain/boot/prove/proof.ts'
import { outOfOrder } from '../../domain/boot/prove/units-seen.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ThrowawayHosts } from '../../ports/throwaway-hosts.ts'
import { bootOnce, failedNow, journalOf } from './boot.ts'
import { furnish } from './furnish.ts'
import { type OnHost, onHost } from './on-host.ts'

export interface Proving {
  hosts: ThrowawayHosts
  clock: Clock
  /** Of the host image that is here. */
  image: string
  /** Holds a copy of the program. */
  programFolder: string
  /** ms: how long a boot that stands still is looked at. */
  limitMs: number
  signal: AbortSignal
  says(what: string): void
  /** What a host's journal said last, where its proof broke off. */
  trouble(gate: GateChoice, journal: string): void
}

/** ms: a boot that comes up is given so long. */
const BOOT_LIMIT = 10 * 60_000

/** Makes the host of that name, boots it with one of the gates, and tells what was seen. The host is left there, for its caller to look at or to remove. */
export async function proveGate(gate: GateChoice, name: string, proving: Proving): Promise<GateProof> {
  proving.says(`${gate} gate: making a host`)
  const host = await proving.hosts.make({ name, image: proving.image })
  try {
    return await proveOn(onHost(host, proving.signal), gate, proving)
  } catch (error) {
    // By itself, whatever ended the proof; a host that is off says nothing.
    const { out } = await host.run(['journalctl', '--no-pager', '--lines=1000'], { signal: new AbortController().signal, timeoutMs: 20_000 })
    if (out !== '') proving.trouble(gate, out)
    throw error
  }
}

async function proveOn(on: OnHost, gate: GateChoice, proving: Proving): Promise<GateProof> {
  const { signal } = proving
  const says = (what: string) => proving.says(`${gate} gate: ${what}`)
  const { predicted, installed } = await furnish(on, { gate, programFolder: proving.programFolder, signal, says })
  const boot = (title: string, limitMs: number) => {
    says(title)
    return bootOnce(on, { title, limitMs, clock: proving.clock, signal })
  }
  if (gate === 'old') {
    const cold = await boot('boot from nothing', proving.limitMs)
    return { gate, predicted, boots: [cold], claims: judgeOld({ predicted, boot: cold, installed, proxyAnswers: await ask(on, EXAMPLE.proxyHost, '/api/version') }) }
  }
  const boots: BootSeen[] = []
  const claims: Claim[] = []
  const again = async (title: string) => {
    const before = await standing(on)
    await on.host.stop()
    const seen = await boot(title, BOOT_LIMIT)
    boots.push(seen)
    claims.push(...judgeAgain(title, seen, await pageAnswers(on), before, await standing(on)))
  }
  const cold = await boot('boot from nothing', BOOT_LIMIT)
  claims.push(...judgeCold(cold, predicted, await pageAnswers(on), outOfOrder(cold.units)))
  says('releasing a newer proxy that does not do')
  claims.push(...(await rollback(on)))
  // Once more: what the rollback said belongs to that boot.
  boots.push({ ...cold, journal: await journalOf(on) })
  await again('reboot')
  await on('stopping the registry for good', 'systemctl', 'disable', '--now', 'docker-registry.service')
  await again('boot with the registry down')
  return { gate, predicted, boots, claims }
}

/** What the nightly look does with a newer release that does not do. */
async function rollback(on: OnHost): Promise<Claim[]> {
  const pageBefore = await pageAnswers(on)
  await on.script('releasing a newer proxy', brokenReleaseScript())
  await on.ask('systemctl', 'start', 'cc-ci-reconcile.service')
  const ended = (await on('asking how it ended', 'systemctl', 'show', '--value', '--property=Result', 'cc-ci-reconcile.service')).trim()
  return judgeRollback({ ended, operation: (await standing(on)).operations.at(-1) ?? 'no operation', pageBefore, pageAfter: await pageAnswers(on), failed: await failedNow(on) })
}

async function pageAnswers(on: OnHost): Promise<boolean> {
  return (await ask(on, EXAMPLE.pageHost, '/')).includes(EXAMPLE.pageSays)
}

/** What the proxy gives who asks for that host; why there is no answer, where there is none. */
async function ask(on: OnHost, host: string, path: string): Promise<string> {
  const { out, err } = await on.ask('curl', '--silent', '--show-error', '--fail', '--max-time', '10', '--cacert', PLACES.authority, '--resolve', `${host}:443:127.0.0.1`, `https://${host}${path}`)
  return (out.trim() || err.trim()).slice(0, 500)
}

/** Services by id and spec, without what the engine counts up by itself, and the operations on record. */
async function standing(on: OnHost): Promise<Standing> {
  const services = await on.script('looking at the services', "docker service ls --quiet | sort | xargs -r docker service inspect --format '{{.Spec.Name}} {{.ID}} {{json .Spec.TaskTemplate}}'\n")
  const history = await on('looking at the history', '/usr/local/bin/cc-ci', 'platform', 'history', EXAMPLE.proxy, '--json')
  const pages = await on('looking at the history', '/usr/local/bin/cc-ci', 'platform', 'history', EXAMPLE.page, '--json')
  return { services: services.split('\n').filter(Boolean), operations: [...operationsIn(pages), ...operationsIn(history)] }
}

/** `platform history` tells the newest first. */
function operationsIn(json: string): string[] {
  const told = JSON.parse(json) as { operations: Array<{ kind: string; to: string; outcome: { is: string } }> }
  return told.operations.toReversed().map(({ kind, to, outcome }) => `${kind} ${to}: ${outcome.is}`)
}

import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GateChoice } from '../../domain/boot/prove/example.ts'
import { hostDockerfile } from '../../domain/boot/prove/host-image.ts'
import type { GateProof } from '../../domain/boot/prove/proof.ts'
import { renderProofPage } from '../../domain/report/boot/proof-page.ts'
import { type BootProof, isProved, renderProof } from '../../domain/report/boot/proof.ts'
import { sayDuration } from '../../domain/report/duration.ts'
import { proveGate, type Proving } from '../../workflows/prove/prove.ts'
import { type Call, type Command, endedBySignal, EXIT, InfraError, UsageError } from '../command.ts'
import { filePlace } from '../places.ts'

/** ms */
const LOOK = 120_000
/** Names of hosts begin so, whoever made them. */
const HOSTS = 'cc-ci-prove-'

export const bootProve: Command = {
  name: 'boot prove',
  summary: 'boots a throw-away host from nothing, with the gate of old and with ours, and shows both',
  usage: '[--gate old|new|both] [--keep] [--page FILE]',
  options: {
    gate: { type: 'string', value: 'old|new|both', says: 'which gate the proxy has; default: both, each on a host of its own' },
    keep: { type: 'boolean', says: 'leave the hosts running; the next proof removes them' },
    page: { type: 'string', value: 'FILE', says: 'write the page there, too; it is always in the evidence' },
  },
  words: { least: 0, most: 0 },
  examples: ['cc-ci boot prove', 'cc-ci boot prove --gate new --page boot.html', 'cc-ci boot prove --gate old --keep'],
  interrupted: 'removing the throw-away hosts. Once more leaves them: the next proof removes them.',
  async run(call) {
    const { services, io } = call
    const gates = gatesAsked(call.text('gate') ?? 'both')
    const page = filePlace(call, 'page')
    const held = await services.locks.tryAcquire('boot-prove', 'boot prove')
    if ('heldBy' in held) throw new InfraError(`Another proof is under way (process ${held.heldBy.pid}): one at a time.`)
    try {
      const proof = await prove(call, gates)
      io.out(call.json ? JSON.stringify(proof, null, 2) : renderProof(proof))
      await page?.write(renderProofPage(proof))
      return proof.verdict === 'proved' ? EXIT.pass : EXIT.fail
    } catch (error) {
      if (services.signals.cancel.aborted) return endedBySignal(services.signals.cancel)
      throw error
    } finally {
      await held.release()
    }
  },
}

function gatesAsked(gate: string): GateChoice[] {
  if (gate === 'both') return ['old', 'new']
  if (gate === 'old' || gate === 'new') return [gate]
  throw new UsageError(`--gate takes old, new or both, not "${gate}".`)
}

async function prove(call: Call, gates: readonly GateChoice[]): Promise<BootProof> {
  const { services, io } = call
  const { clock, settings, throwawayHosts: hosts } = services
  const began = clock.now()
  const from = clock.monotonic()
  const id = `${new Date(began).toISOString().slice(0, 16).replace(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`
  const evidence = join(services.stateFolder, 'boots', id)
  const programFolder = join(evidence, 'program')
  mkdirSync(evidence, { recursive: true, mode: 0o700 })
  const says = (what: string) => io.err(`${sayDuration(clock.monotonic() - from).padStart(10)}  ${what}`)
  for (const name of await hosts.list()) {
    if (!name.startsWith(HOSTS)) continue
    says(`removing ${name}, which an earlier proof left`)
    await hosts.remove(name)
  }
  const broken = new AbortController()
  const signal = AbortSignal.any([services.signals.cancel, broken.signal])
  const named = settings.images.host
  says(named === undefined ? 'seeing to the image of throw-away hosts: built once, from Debian' : `seeing to the image ${named}`)
  const image = await hosts.image(named === undefined ? { dockerfile: hostDockerfile() } : { named }, signal)
  try {
    await services.program.copyTo(programFolder)
    const names = gates.map((gate) => `${HOSTS}${gate}-${id.slice(-6)}`)
    const proving: Proving = { hosts, clock, image, programFolder, limitMs: LOOK, signal, says, trouble: (gate, journal) => writeFileSync(join(evidence, `${gate}-broke-off.log`), journal) }
    const settled = await Promise.allSettled(gates.map(async (gate, index) => {
      try {
        const proof = await proveGate(gate, names[index]!, proving)
        keepEvidence(evidence, proof)
        return proof
      } catch (error) {
        // The other one is of no use alone, and would hold everything up for minutes.
        broken.abort('the other host failed')
        throw error
      } finally {
        if (!call.flag('keep') || services.signals.cancel.aborted) await hosts.remove(names[index]!)
      }
    }))
    const failed = settled.find((one) => one.status === 'rejected' && !/the other host failed/.test(String(one.reason))) ?? settled.find((one) => one.status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
    const proofs = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const proof: BootProof = { schema: 1, verdict: isProved(proofs) ? 'proved' : 'not-proved', at: began, tookMs: Math.round(clock.monotonic() - from), gates: proofs, evidence, kept: call.flag('keep') ? names : [] }
    writeFileSync(join(evidence, 'proof.json'), `${JSON.stringify(proof, null, 2)}\n`)
    writeFileSync(join(evidence, 'page.html'), renderProofPage(proof))
    return proof
  } finally {
    rmSync(programFolder, { recursive: true, force: true })
  }
}

/** The whole journal of each boot beside the page. */
function keepEvidence(evidence: string, { gate, boots, predicted }: GateProof): void {
  const folder = join(evidence, gate)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'boot-check.txt'), `${predicted.says}\n`)
  for (const [index, { title, journal }] of boots.entries()) writeFileSync(join(folder, `${index + 1}-${title.replaceAll(' ', '-')}.log`), `${journal.join('\n')}\n`)
}

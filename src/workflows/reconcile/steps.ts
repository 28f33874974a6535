import type { Deployment, VolumeFolder } from '../../domain/model/engine-state.ts'
import type { GateVerdict } from '../../domain/model/gate.ts'
import type { Found } from '../../domain/model/journal.ts'
import { FETCHED, type KeptVersion, LOST, type LastGood, type OpenOperation, RESTORE_DATA, TAKE_SNAPSHOT, type VersionAt } from '../../domain/model/platform.ts'
import type { Digest } from '../../domain/model/app.ts'
import { baselineOf } from '../../domain/plan/gate.ts'
import { cameWith } from '../../domain/plan/came-with.ts'
import { notCopyable } from '../../domain/plan/copyable.ts'
import { isCommitted } from '../../domain/plan/is-committed.ts'
import { lastSnapshot } from '../../domain/plan/last-snapshot.ts'
import { onTheWayBack } from '../../domain/plan/way-back.ts'
import { sayGate } from '../../domain/report/gate.ts'
import { sayReason } from '../../domain/report/words.ts'
import type { PulledImage } from '../../ports/engine.ts'
import { isPortError, PortError } from '../../ports/port-error.ts'
import { deployRefused } from '../app/deploy-refused.ts'
import { PULL_LIMIT, pullReason } from '../app/pull-reason.ts'
import { openWatch } from '../app/watch.ts'
import { LeaveUntouched, StandStill, type Step, TurnBack } from '../journal/step.ts'
import { afterwards } from './afterwards.ts'
import type { ReconcileContext } from './context.ts'
import { askRoutes, deploymentFound, type Gate, gateOf, holdGate, lookAtCommit, sayFailed } from './gate.ts'
import { hider, keepSecrets, makeSecrets } from './secrets.ts'
import { takeVerified, forgetDamaged } from './verified-snapshot.ts'
import { readVersion } from './version.ts'

/** What steps find out, under the names with which later ones look it up. */
const DEPLOYED = 'deployment'
const PULLED = 'digests'
const PASSED = 'passed'
const BASELINE = 'baseline'
const UNWELL = 'unwell'

/** Reads the version, judges it, and keeps all of its files and secrets: from here on nothing of it has to be fetched again but its images. */
export function prepare(context: ReconcileContext): Step {
  return {
    name: 'prepare the version',
    async act({ to, kind }) {
      const { record } = context
      // What is known-good is deployed as it was, though its recipe may be gone.
      const kept = (kind === 'repair' ? await record.kept(to) : null) ?? (await keepVersion(context, to))
      // What is adopted runs with secrets that somebody else made.
      if (kind !== 'adopt') await whileUntouched(context, 'The secrets could not be made ready', () => keepSecrets(context, kept))
      return undefined
    },
  }
}

async function keepVersion(context: ReconcileContext, at: VersionAt): Promise<KeptVersion> {
  const { ports, app, instance, record } = context
  const source = await context.source()
  const version = await readVersion({ source, engine: ports.engine, host: ports.host, app, instance, at })
  if ('refused' in version) throw new TurnBack(version.refused, 'version')
  // Known-good may stand on these very files: the same commit with other settings.
  const isThere = record.lastGood?.commit === at.commit && (await record.kept(record.lastGood)) !== null
  if (!isThere) {
    await record.clearCheckout(at.commit)
    await source.checkout(at.commit, record.checkout(at.commit))
  }
  await record.keep(version)
  return version
}

/** Every image, before anything is stopped. What the registry does not have is the version's fault, everything else is not. */
export function pull(context: ReconcileContext): Step {
  return {
    name: 'fetch the images',
    async act({ to, kind, from }) {
      const digests: Record<string, Digest> = {}
      const fetched: Record<string, Digest> = {}
      const known = kind === 'repair' ? (from?.images ?? {}) : {}
      for (const image of (await keptVersion(context, to)).images) {
        const digest = known[image]
        if (digest !== undefined) digests[image] = digest
        else {
          const pulled = await pullOne(context, image)
          digests[image] = pulled.digest
          if (pulled.fetched) fetched[image] = pulled.digest
        }
      }
      // Kept while nothing is touched yet: that it cannot be done must never stand between a version that passed its gate and its record.
      if (kind !== 'repair') await context.ports.engine.keepImages(context.instance, digests, 'keep')
      return { [PULLED]: digests, ...(Object.keys(fetched).length > 0 && { [FETCHED]: fetched }) }
    },
  }
}

async function pullOne({ ports, signal }: ReconcileContext, image: string): Promise<PulledImage> {
  const deadline = ports.clock.deadline(PULL_LIMIT)
  try {
    return await ports.engine.pull(image, AbortSignal.any([signal, deadline.signal]))
  } catch (error) {
    const reason = pullReason(image, error)
    if (reason?.reason === 'image-missing') throw new TurnBack(`${sayReason(reason).what} ${sayReason(reason).why}`, 'version')
    if (reason) throw new LeaveUntouched(`${sayReason(reason).what} ${sayReason(reason).why}`)
    throw error
  } finally {
    deadline.cancel()
  }
}

/** The room that a snapshot needs, looked at while the app still runs. */
export function room(context: ReconcileContext): Step {
  return {
    name: 'see that there is room for a snapshot',
    async act(operation) {
      const { ports, app, signal } = context
      const { folders, trouble } = await dataOf(context, operation)
      if (trouble) throw new LeaveUntouched(trouble)
      const space = await whileUntouched(context, 'No snapshot could be made', () => ports.snapshots.space(app.name, folders, signal))
      if (space.needsBytes > space.freeBytes) throw new LeaveUntouched(`A snapshot needs ${space.needsBytes} bytes and the disk has ${space.freeBytes} left. Make room, then reconcile again.`)
      return undefined
    },
  }
}

/** What the host refuses before anything was touched ends the operation: the next reconcile begins with what there is then. */
async function whileUntouched<T>({ signal }: ReconcileContext, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isPortError(error) || signal.aborted) throw error
    throw new LeaveUntouched(`${what}: ${error.message}`)
  }
}

/** Which hosts of other apps the proxy leads somewhere now. On a cold boot none, so that nothing waits for anything later. */
export function baseline(context: ReconcileContext): Step {
  return {
    name: 'see what the proxy leads to',
    act: async () => ({ [BASELINE]: baselineOf(await askRoutes(context.ports, context.instance, context.signal)) }),
  }
}

/** `name` tells the ways there and back apart in the journal. Data stays; it resolves when the engine lists no task any more. */
export function undeploy(context: ReconcileContext, name = 'undeploy'): Step {
  return {
    name,
    async act() {
      const { ports, instance, signal, record } = context
      await ports.engine.remove(instance, { data: 'keep', takeOver: isAdopted(record.lastGood), signal })
      await assertQuiet(context)
      return undefined
    },
  }
}

/** Refuses while any task of the stack exists (trap 19). */
export async function assertQuiet({ ports, instance }: Pick<ReconcileContext, 'ports' | 'instance'>): Promise<void> {
  const busy = (await ports.engine.inventory()).filter(({ stack, kind }) => stack === instance.stack && (kind === 'task' || kind === 'container' || kind === 'process' || kind === 'service'))
  if (busy.length > 0) throw new PortError('conflict', `${instance.stack} still has ${busy.map(({ kind, name }) => `${kind} ${name}`).join(', ')}: its data must not be touched`)
}

/** Taken, and read back, before it is believed. With the data go the documents that a person would need to go back without us. */
export function snapshot(context: ReconcileContext): Step {
  return {
    name: TAKE_SNAPSHOT,
    async act(operation) {
      const { ports, app, signal } = context
      const { from } = operation
      const { folders, kept, trouble } = await dataOf(context, operation)
      if (trouble) throw new TurnBack(trouble, 'host')
      if (folders.length === 0) return { snapshot: null }
      const sealed = await ports.secrets.sealed(app.name)
      const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 2))
      const documents = [
        ...(from ? [{ name: 'last_good.json', mode: 0o600, bytes: json(from) }] : []),
        ...(kept ? [{ name: 'version.json', mode: 0o600, bytes: json(kept) }] : []),
        ...(sealed ? [{ name: 'secrets.sealed', mode: 0o600, bytes: sealed }] : []),
      ]
      // What is taken next is believed only once it was read back: until then the last one that was must not make room for it.
      const believed = lastSnapshot(context.record.history)
      try {
        const taking = { folders, documents, assertQuiet: () => assertQuiet(context), keep: believed === undefined ? [] : [believed], signal }
        const taken = await takeVerified(context, taking)
        return { snapshot: taken.id, folders: taken.folders }
      } catch (error) {
        // No answer in time is no end: it may still read what the version that ran would write to. The next process begins anew.
        if (isPortError(error, 'timeout')) throw error
        // The data is untouched: the version that ran can run on.
        if (isPortError(error)) throw new TurnBack(`No snapshot could be made: ${error.message}`, 'host')
        throw error
      }
    },
  }
}

/** The volumes of the version that ran. `trouble`: a snapshot of them would not hold all of its data, and the new version would meet what nobody can put back (trap 15). */
async function dataOf(context: ReconcileContext, { from, to }: OpenOperation): Promise<{ folders: VolumeFolder[]; kept: KeptVersion | null; trouble?: string }> {
  const { ports, app, instance, record } = context
  const folders = await ports.engine.volumes(instance)
  const kept = from && (await record.kept(from))
  const missed = notCopyable({ app: instance, stack: kept?.stack, next: (await keptVersion(context, to)).stack, volumes: folders })
  if (missed.length === 0) return { folders, kept }
  return { folders, kept, trouble: `A snapshot would not hold all data of ${from?.version ?? app.name}: ${missed.join('; ')}. Make it a plain volume of the stack, or say "stateless: true" for ${app.name} in the settings where a version may go back without its data.` }
}

/** The data as it was when the version before stopped. The old binary never meets what the new one made of it, however well it would answer (traps 15, 60). */
export function restore(context: ReconcileContext): Step {
  return {
    name: RESTORE_DATA,
    async act(operation) {
      const { ports, app, instance, signal } = context
      const { snapshot: id, folders: taken } = foundIn(operation, TAKE_SNAPSHOT)
      if (typeof id !== 'string') {
        await dropWhatCameWith(context, operation)
        return undefined
      }
      try {
        const { folders: names } = await ports.snapshots.verify(app.name, id, signal)
        const volumes = await ports.engine.volumes(instance)
        const folders = volumes.filter(({ name }) => names.includes(name))
        const missing = [...new Set([...names, ...((taken as string[] | undefined) ?? [])])].filter((name) => !folders.some((folder) => folder.name === name))
        if (missing.length > 0) throw new Error(`the engine or the snapshot no longer has the volume ${missing.join(', ')}`)
        await ports.snapshots.restore(app.name, id, { folders, assertQuiet: () => assertQuiet(context), signal })
        const differs = await ports.snapshots.differences(app.name, id, { folders, compare: 'changed', signal })
        if (differs.length > 0) throw new Error(`after it ${differs.length} files still differ, the first is ${differs[0]}`)
        // Not before: while the snapshot may turn out to be damaged, a person may want all of what the new version made.
        await dropWhatCameWith(context, operation)
        return undefined
      } catch (error) {
        const says = error instanceof Error ? error.message : String(error)
        throw new StandStill('stuck', `The data could not be restored: ${says}`, `${app.name} stays down and snapshot ${id} is kept: nothing is started on data that is neither. Mend what it says, then: cc-ci platform reconcile ${app.name}. Where it cannot be mended, put the data of ${operation.from?.version} back by hand (docs/operate/snapshots.md) and say so: cc-ci platform restored ${app.name} ${operation.from?.version}`)
      }
    },
  }
}

async function dropWhatCameWith(context: ReconcileContext, operation: OpenOperation): Promise<void> {
  const { ports, instance, record } = context
  const { from, to } = operation
  const [before, after] = [from && (await record.kept(from)), await record.kept(to)]
  if (!before || !after) return
  const { folders: taken } = foundIn(operation, TAKE_SNAPSHOT)
  const names = cameWith({ app: instance, from: before.stack, to: after.stack, before: (taken as string[] | undefined) ?? [], now: await ports.engine.volumes(instance) })
  if (names.length === 0) return
  await assertQuiet(context)
  context.say(`removing what came with ${to.version}: ${names.join(', ')}`)
  await ports.engine.removeVolumes(instance, names)
}

/** Hands a version to the engine; services that it no longer has are ended (trap 31). */
export function deploy(context: ReconcileContext): Step {
  return {
    name: 'deploy',
    async act(operation) {
      const kept = await keptVersion(context, operation.to)
      await makeSecrets(context, kept)
      return await deployKept(context, kept, foundIn(operation, 'fetch the images')[PULLED] as Record<string, Digest>)
    },
  }
}

export function deployBack(context: ReconcileContext): Step {
  return {
    name: 'go back: deploy',
    async act({ from }) {
      const { lastGood, kept } = await wayBack(context, from)
      return await deployKept(context, kept, lastGood.images)
    },
  }
}

async function deployKept(context: ReconcileContext, kept: KeptVersion, digests: Record<string, Digest>): Promise<Found> {
  const { ports, instance, record } = context
  try {
    const deployment = await ports.engine.deploy(instance, { stack: kept.stack, folder: record.checkout(kept.commit), digests, takeOver: isAdopted(record.lastGood) })
    const gone = (await ports.engine.observe(instance)).services.map(({ name }) => name).filter((name) => !(name in kept.stack.services))
    if (gone.length > 0) await ports.engine.removeServices(instance, gone)
    return { [DEPLOYED]: deployment }
  } catch (error) {
    const refused = deployRefused(error)
    if (refused) throw new TurnBack(`${sayReason(refused).what} ${sayReason(refused).why}`, 'version')
    throw error
  }
}

export function gate(context: ReconcileContext): Step {
  return {
    name: 'gate',
    async act(operation) {
      const verdict = await passGate(context, await gateForward(context, operation))
      return { [PASSED]: verdict, ...lostSoFar(context) }
    },
  }
}

export function gateBack(context: ReconcileContext): Step {
  return {
    name: 'go back: gate',
    async act(operation) {
      const { lastGood, kept } = await wayBack(context, operation.from)
      // Taken up again, it is deployed again, which changes nothing where it runs: whatever ended it last time may have taken the app away.
      const { [DEPLOYED]: deployment } = operation.resumed > 0 ? await deployKept(context, kept, lastGood.images) : foundIn(operation, 'go back: deploy')
      const gate = await gateFor(context, { kept, before: operation.to.version, deployment: deployment as Deployment, baseline: baselineIn(operation) })
      // Within the time that the way back was given (trap 12).
      const { limits } = context.app
      try {
        await passGate(context, { ...gate, rule: { ...gate.rule, deadlineMs: Math.max(0, limits.rollback - gate.rule.dwellMs), lastResort: true } })
        context.say(`${lastGood.version} answers again`)
        return lostSoFar(context)
      } catch (error) {
        if (!(error instanceof TurnBack)) throw error
        // All that going back can do is done. From here on a repair may help, other settings or a newer release, and an operation that stays open keeps them all out.
        return { [UNWELL]: error.message, ...lostSoFar(context) }
      }
    },
  }
}

export function unwellIn(operation: OpenOperation): string | undefined {
  return foundIn(operation, 'go back: gate')[UNWELL] as string | undefined
}

/**
 * Everything once more, and only then the record: from there on there is no way back (see `isCommitted`), so that nothing after it may fail the operation.
 * What nobody goes back to any more is let go; where that cannot be done it is said, and the next commit does it.
 */
export function commit(context: ReconcileContext): Step {
  return {
    name: 'commit',
    async act(operation) {
      const { ports, instance, record } = context
      const { to, from } = operation
      const images = foundIn(operation, 'fetch the images')[PULLED] as Record<string, Digest>
      if (!isCommitted(record.lastGood, operation)) await writeRecord(context, operation, images)
      await afterwards(context, () => ports.engine.keepImages(instance, images, 'let go'))
      await afterwards(context, () => record.dropVersions([to, ...(from ? [from] : [])]))
      await forgetDamaged(context)
      return undefined
    },
  }
}

async function writeRecord(context: ReconcileContext, operation: OpenOperation, images: Record<string, Digest>): Promise<void> {
  const { ports, app, instance, record, signal } = context
  const { to, kind } = operation
  const gate = await gateForward(context, operation)
  const verdict = await lookAtCommit(ports, instance, gate, signal)
  if (verdict.is === 'inconclusive') throw new StandStill('inconclusive', sayGate(verdict), NEXT_INCONCLUSIVE)
  if (verdict.is === 'fail') throw await turnBack(context, gate, verdict)
  const { passes, ms } = foundIn(operation, 'gate')[PASSED] as { passes: number; ms: number }
  const source = record.lastGood?.recipe ?? (await context.source()).name
  await record.commit({
    schema: 1, app: app.name, domain: app.domain, recipe: source, ...to,
    images,
    gate: { asked: gate.rule.probes.map(({ url, says }) => `${url} ${says}`), passes, ms },
    at: ports.clock.now(),
    adopted: kind === 'adopt' || (kind === 'repair' && isAdopted(operation.from)),
  })
}

/** The record as it was when the operation began, for the new one may be there though its writing was said to have failed; and the images that belong to it. */
export function recordBack(context: ReconcileContext): Step {
  return {
    name: 'go back: record',
    async act({ from }) {
      await context.record.commit(from)
      await afterwards(context, () => context.ports.engine.keepImages(context.instance, from?.images ?? {}, 'let go'))
      return undefined
    },
  }
}

const TAKE_AWAY = 'go back: take it away'
const KEPT = 'kept'

/**
 * An install that failed leaves nothing (trap 25). Data that was there before it stays, and so does what was made by one that ran on between two processes: people
 * may have used it meanwhile, and no snapshot has what they did.
 */
export function takeInstallAway(context: ReconcileContext): Step {
  return {
    name: TAKE_AWAY,
    async act(operation) {
      const fresh = foundIn(operation, 'see whether there is data').fresh === true
      const mayBeUsed = operation.inherited.includes('deploy')
      await context.ports.engine.remove(context.instance, { data: fresh && !mayBeUsed ? 'doomed' : 'keep', signal: context.signal })
      return fresh && mayBeUsed ? { [KEPT]: (await context.ports.engine.volumes(context.instance)).map(({ name }) => name) } : undefined
    },
  }
}

export function keptVolumes(operation: OpenOperation): string[] {
  return (foundIn(operation, TAKE_AWAY)[KEPT] as string[] | undefined) ?? []
}

/** A database that was killed in its first initialisation must never be used again (trap 25): so it has to be known whether it was the first. */
export function seeData(context: ReconcileContext): Step {
  return { name: 'see whether there is data', act: async () => ({ fresh: (await context.ports.engine.volumes(context.instance)).length === 0 }) }
}

const NEXT_INCONCLUSIVE = 'Neither committed nor rolled back. Mend what keeps us from looking, then reconcile again: it goes on there.'

async function passGate(context: ReconcileContext, gate: Gate): Promise<{ passes: number; ms: number }> {
  const { ports, instance, signal } = context
  const watch = openWatch({ engine: ports.engine, app: instance, clock: ports.clock, onEvent: () => {} })
  try {
    const verdict = await holdGate(ports, instance, gate, { watch, signal, onWait: (text) => context.say(`waiting for ${text}`) })
    if (verdict.is === 'pass') {
      await afterwards(context, () => tellCertificate(context, verdict.certificateDays))
      return { passes: verdict.passes, ms: verdict.ms }
    }
    if (verdict.is === 'inconclusive') throw new StandStill('inconclusive', sayGate(verdict), NEXT_INCONCLUSIVE)
    throw await turnBack(context, gate, verdict)
  } finally {
    await watch.close()
  }
}

async function turnBack(context: ReconcileContext, gate: Gate, verdict: Extract<GateVerdict, { is: 'fail' }>): Promise<TurnBack> {
  const { ports, app, instance, record } = context
  const versions = [record.history.open?.to, record.lastGood].filter((at) => at !== undefined && at !== null)
  const hide = await hider(ports, app, () => Promise.all(versions.map((at) => record.kept(at))))
  const { says, lastLines } = await sayFailed(ports.engine, instance, gate, verdict, hide)
  context.lastLines = lastLines
  // A host without room or addresses says nothing about the version (trap 38).
  return new TurnBack(says, verdict.why.kind === 'identity' && verdict.why.reason.reason === 'host' ? 'host' : 'version')
}

async function tellCertificate({ ports, app }: ReconcileContext, days: number | undefined): Promise<void> {
  const id = `platform-${app.name}-certificate`
  if (days === undefined || days > app.gate.certificateDays) {
    await ports.alerts.resolve(id, 'the certificate was renewed')
    return
  }
  await ports.alerts.raise({ id, kind: 'notice', what: `The certificate of ${app.domain} ends in ${days} days.`, app: app.name, lastLines: [], next: 'Renew it.' })
}

async function gateForward(context: ReconcileContext, operation: OpenOperation): Promise<Gate> {
  const kept = await keptVersion(context, operation.to)
  const deployment = deployedIn(operation)
  return await gateFor(context, { kept, before: operation.from?.version ?? null, deployment: deployment ?? deploymentFound(await context.ports.engine.observe(context.instance)), baseline: baselineIn(operation) })
}

export function deployedIn(operation: OpenOperation): Deployment | undefined {
  return foundIn(operation, 'deploy')[DEPLOYED] as Deployment | undefined
}

async function gateFor({ ports, app, instance }: ReconcileContext, given: { kept: KeptVersion; before: string | null; deployment: Deployment; baseline: string[] }): Promise<Gate> {
  const reach = await ports.engine.reach()
  // An app that was taken away meanwhile, by a person, is nobody's lost route.
  const hosts = given.baseline.length > 0 ? new Set((await ports.engine.routes()).map(({ host }) => host)) : new Set<string>()
  return gateOf({ app, instance, reach, ...given, baseline: given.baseline.filter((url) => hosts.has(new URL(url).hostname)) })
}

function lostSoFar({ visitor }: ReconcileContext): Found {
  return visitor ? { [LOST]: visitor.soFar() } : {}
}

export function baselineIn(operation: OpenOperation): string[] {
  return (foundIn(operation, 'see what the proxy leads to')[BASELINE] as string[] | undefined) ?? []
}

async function keptVersion(context: ReconcileContext, at: VersionAt): Promise<KeptVersion> {
  return (await context.record.kept(at)) ?? (await keepVersion(context, at))
}

async function wayBack(context: ReconcileContext, from: LastGood | null): Promise<{ lastGood: LastGood; kept: KeptVersion }> {
  if (!from) throw new Error('there is no version to go back to')
  const kept = await keptVersion(context, from)
  return { lastGood: from, kept: { ...kept, stack: onTheWayBack(kept.stack) } }
}

function foundIn(operation: OpenOperation, step: string): Found {
  return operation.done[step] ?? {}
}

/** Its services may not carry our labels: they were made by somebody else. */
export function isAdopted(lastGood: LastGood | null): boolean {
  return lastGood?.adopted === true
}

import { randomBytes } from 'node:crypto'
import type { App } from '../../../domain/model/app.ts'
import type { Job, JobResult } from '../../../ports/engine.ts'
import { isPortError, PortError } from '../../../ports/port-error.ts'
import { ownFolders, putFiles } from './job-files.ts'
import { DOCKER_STACK, isOurs, JOB, outsideStack, SCRATCH, VOLUME_KEY, type Labels } from './labels.ts'
import type { Parts } from './parts.ts'
import { joinProxyNetwork, type ProxyAccess } from './proxy-network.ts'
import { pull } from './pull.ts'
import { output, readToEnd } from './streams.ts'

/** What a program of a pull request gets at most. */
const UNTRUSTED = { memoryBytes: 1024 ** 3, pids: 512, tmpBytes: 256 * 1024 * 1024 }
const REMOVE_LIMIT_MS = 60_000

/**
 * Runs a program beside the app, in a plain container: a service could not be given files before it starts.
 *
 * INVARIANTS
 * - Nothing of the host is mounted; a folder of ours is copied in.
 * - What a job is told in secret stands in files that are written before it starts, never in its environment or arguments, which the engine
 *   shows to everybody who asks. They are gone with the container.
 * - The container is removed whatever happened; were we killed, its labels let `remove` find it.
 * - An untrusted program has no capabilities, cannot gain any, and writes only to what was copied in and to /tmp.
 */
export async function runJob(parts: Parts, app: App, job: Job): Promise<JobResult> {
  const labels = { ...outsideStack(app, parts.stateId), [JOB]: job.name }
  const volumes = await Promise.all(job.mounts.map((mount) => volumeFor(parts, app, mount.volume, labels)))
  if (!(await parts.images.isHere(job.image))) await pull(parts, job.image, job.signal ?? new AbortController().signal)
  let access: ProxyAccess | undefined
  let container: string | undefined
  try {
    if (job.needsProxy) access = await joinProxyNetwork(parts, app, job)
    container = await create(parts, app, job, { labels, volumes, access })
    await putFiles(parts, container, job)
    return await runToEnd(parts, container, job)
  } finally {
    if (container) await removeContainer(parts, container, job.name)
    await access?.leave()
  }
}

/** An app's volume must be there: the engine would make an empty one without a word. A scratch volume is made when absent. */
async function volumeFor(parts: Parts, app: App, name: string, labels: Labels): Promise<string> {
  const scratch = name.match(/^scratch:(.+)$/)?.[1]
  if (scratch !== undefined) {
    const volume = `${app.stack}_ccci-${scratch}`
    await parts.connection.call({ to: `making volume ${volume}`, method: 'POST', path: '/volumes/create', body: { Name: volume, Labels: { ...labels, [SCRATCH]: scratch } } })
    return volume
  }
  const own = (await parts.lists.volumes({ label: `${DOCKER_STACK}=${app.stack}` })).filter(({ Labels }) => isOurs(Labels, parts.stateId))
  const found = own.find(({ Labels }) => Labels?.[VOLUME_KEY] === name)
  if (!found) throw new PortError('not-found', `mounting volume ${name}: ${app.stack} has no such volume`)
  return found.Name
}

async function create(parts: Parts, app: App, job: Job, given: { labels: Labels; volumes: string[]; access: ProxyAccess | undefined }): Promise<string> {
  const env = Object.entries({ ...job.env, ...(given.access && { CCCI_CONNECT: given.access.connect }) }).map(([key, value]) => `${key}=${value}`)
  const mounts = job.mounts.map(({ target, readOnly }, i) => ({ Type: 'volume', Source: given.volumes[i], Target: target, ReadOnly: readOnly }))
  const own = ownFolders(job)
  const ownMounts = own.map((target) => ({ Type: 'volume', Target: target, VolumeOptions: { Labels: given.labels } }))
  const { Id } = await parts.connection.call<{ Id: string }>({
    to: `making the container of job ${job.name}`,
    method: 'POST',
    path: '/containers/create',
    query: { name: `${app.stack}_ccci-${job.name.replace(/[^\w.-]/g, '-')}-${randomBytes(3).toString('hex')}` },
    body: {
      Image: job.image,
      Entrypoint: [job.argv[0]],
      Cmd: job.argv.slice(1),
      Env: env,
      Labels: given.labels,
      ...(job.workdir && { WorkingDir: job.workdir }),
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        NetworkMode: given.access?.networkMode ?? 'none',
        Mounts: [...mounts, ...ownMounts],
        LogConfig: { Type: 'none' },
        ...(!job.trusted && {
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          ReadonlyRootfs: true,
          ...(!own.includes('/tmp') && { Tmpfs: { '/tmp': `rw,nosuid,nodev,size=${UNTRUSTED.tmpBytes},mode=1777` } }),
          Memory: UNTRUSTED.memoryBytes,
          MemorySwap: UNTRUSTED.memoryBytes,
          PidsLimit: UNTRUSTED.pids,
        }),
      },
    },
  })
  return Id
}

async function runToEnd(parts: Parts, container: string, job: Job): Promise<JobResult> {
  const into = output({ ...(job.onLine && { onLine: job.onLine }) })
  const attached = await parts.connection.open({
    to: `listening to job ${job.name}`,
    method: 'POST',
    path: `/containers/${container}/attach`,
    query: { stream: true, stdout: true, stderr: true },
  })
  const heard = readToEnd(attached, into)
  const deadline = parts.clock.deadline(job.timeoutMs)
  const stop = job.signal ? AbortSignal.any([job.signal, deadline.signal]) : deadline.signal
  const from = parts.clock.monotonic()
  const result = (exitCode: number | null, timedOut: boolean, more = ''): JobResult => ({
    exitCode,
    stdout: into.stdout(),
    stderr: into.stderr() + more,
    timedOut,
    ms: parts.clock.monotonic() - from,
  })
  try {
    const refused = await start(parts, container, job)
    if (refused) return result(refused.exitCode, false, refused.says)
    const code = await exitCodeOf(parts, container, job, stop)
    if (code === 'stopped') {
      await removeContainer(parts, container, job.name)
      await heard
      if (!deadline.signal.aborted) throw new PortError('timeout', `running job ${job.name}: given up because the caller asked for it`)
      return result(null, true)
    }
    await heard
    return result(code, false, await outOfMemory(parts, container))
  } finally {
    deadline.cancel()
    attached.destroy()
  }
}

/** A program that is not there or may not be executed is the job's own failure, with the exit codes that a shell gives for it. */
async function start(parts: Parts, container: string, job: Job): Promise<{ exitCode: number; says: string } | undefined> {
  try {
    await parts.connection.call({ to: `starting job ${job.name}`, method: 'POST', path: `/containers/${container}/start` })
    return undefined
  } catch (error) {
    if (!isPortError(error)) throw error
    if (/executable file not found|no such file or directory/i.test(error.says)) return { exitCode: 127, says: error.says }
    if (/permission denied|exec format error/i.test(error.says)) return { exitCode: 126, says: error.says }
    throw error
  }
}

async function exitCodeOf(parts: Parts, container: string, job: Job, stop: AbortSignal): Promise<number | 'stopped'> {
  try {
    const ended = await parts.connection.call<{ StatusCode: number }>({
      to: `waiting for job ${job.name}`,
      method: 'POST',
      path: `/containers/${container}/wait`,
      signal: stop,
      timeoutMs: 'none',
    })
    return ended.StatusCode
  } catch (error) {
    if (stop.aborted) return 'stopped'
    throw error
  }
}

async function outOfMemory(parts: Parts, container: string): Promise<string> {
  const { State } = await parts.connection.call<{ State: { OOMKilled: boolean } }>({ to: 'asking how a job ended', path: `/containers/${container}/json` })
  return State.OOMKilled ? '\n(ended by the engine: it used more memory than a job may)' : ''
}

async function removeContainer(parts: Parts, container: string, name: string): Promise<void> {
  const from = parts.clock.monotonic()
  for (let pace = 20; ; pace = Math.min(pace * 2, 400)) {
    try {
      await parts.connection.call({ to: `removing job ${name}`, method: 'DELETE', path: `/containers/${container}`, query: { force: true, v: true } })
    } catch (error) {
      if (isPortError(error, 'not-found')) return
      // "already in progress": somebody else removes it too.
      if (!isPortError(error, 'conflict') || parts.clock.monotonic() - from > REMOVE_LIMIT_MS) throw error
    }
    await parts.clock.pause(pace)
  }
}

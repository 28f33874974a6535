import type { Digest, ServiceName, SpecId } from '../../../domain/model/app.ts'
import type { ServiceState } from '../../../domain/model/engine-state.ts'
import type { StackService } from '../../../domain/model/stack.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { StopSignal } from '../../../ports/process.ts'
import { durationMs } from './durations.ts'
import { healthTiming, type HealthTiming } from './health.ts'
import type { PathPair } from './inside-paths.ts'
import { routesOf, type Route } from './routes.ts'
import type { LocalProgram } from './x-local.ts'

/** All that is needed to run one service; made by `deploy`, nothing left to look up. */
export interface ServicePlan {
  name: ServiceName
  /** Equal: the same thing runs. */
  template: SpecId
  image: Digest
  /** The recipe's checkout: programs run in it. */
  checkout: string
  program: LocalProgram
  /** Of the compose service, nulls left out. */
  environment: Record<string, string>
  mode: ServiceState['mode']
  wanted: number
  restart: RestartRule
  health?: { look: NonNullable<LocalProgram['health']>; timing: HealthTiming }
  stopGraceMs: number
  stopSignal: StopSignal | 'SIGKILL'
  routes: Route[]
  /** Ports of this machine (TCP) that lead to the service. */
  published: number[]
  /** By compose key, what the service is given: its own volumes, secrets and configs, as paths here. */
  given: { volumes: Record<string, string>; secrets: Record<string, string>; configs: Record<string, string> }
  /** Where a container would see them. */
  paths: PathPair[]
}

export interface RestartRule {
  condition: ServiceState['restart']
  delayMs: number
  maxAttempts?: number
  /** Attempts older than this do not count; undefined: all do. */
  windowMs?: number
}

/** Swarm waits 5 s by default; what starts in a tenth of a second need not. */
const RESTART_DELAY_MS = 1_000
/** Docker's. */
const STOP_GRACE_MS = 10_000

/** The part of a plan that the service's own keys say. */
export function behaviourOf(name: ServiceName, service: StackService, program: LocalProgram) {
  const what = `service ${name}`
  const deploy = service.deploy ?? {}
  const job = deploy.mode === 'replicated-job' || deploy.mode === 'global-job'
  const global = deploy.mode === 'global' || deploy.mode === 'global-job'
  const policy = deploy.restart_policy ?? {}
  const mode: ServiceState['mode'] = job ? 'job' : global ? 'global' : 'replicated'
  const windowMs = durationMs(policy.window, 0, `${what}: restart_policy.window`)
  const hasHealth = program.health !== undefined && service.healthcheck?.disable !== true && service.healthcheck?.test?.[0] !== 'NONE'
  return {
    name,
    mode,
    wanted: global ? 1 : (deploy.replicas ?? 1),
    restart: {
      // A job that ended well is done: `any` would start it for ever.
      condition: job && policy.condition !== 'none' ? ('on-failure' as const) : (policy.condition ?? 'any'),
      delayMs: durationMs(policy.delay, RESTART_DELAY_MS, `${what}: restart_policy.delay`),
      ...(policy.max_attempts && { maxAttempts: policy.max_attempts }),
      ...(windowMs && { windowMs }),
    },
    ...(hasHealth && { health: { look: program.health!, timing: healthTiming(service.healthcheck, what) } }),
    stopGraceMs: durationMs(service.stop_grace_period, STOP_GRACE_MS, `${what}: stop_grace_period`),
    stopSignal: signalOf(service.stop_signal ?? 'SIGTERM', what),
    routes: routesOf(service),
    published: (service.ports ?? []).flatMap(({ protocol, published }) => (protocol === 'tcp' && published ? [published] : [])),
    environment: Object.fromEntries(Object.entries(service.environment ?? {}).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]]))),
  }
}

function signalOf(name: string, what: string): ServicePlan['stopSignal'] {
  const full = name.startsWith('SIG') ? name : `SIG${name}`
  if (!/^SIG(TERM|INT|QUIT|HUP|KILL|USR1|USR2|WINCH)$/.test(full)) throw new PortError('refused', `${what}: stop_signal ${name} is not one this engine sends; use SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH or SIGKILL`)
  return full as ServicePlan['stopSignal']
}

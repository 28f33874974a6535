import type { App } from '../../../domain/model/app.ts'

/**
 * What stands on everything we make.
 *
 * INVARIANTS
 * - Ours is what carries `cc-ci.state` with our state's id, and nothing else: never judged by name or age (trap 29). Another cc-ci on the
 *   same engine has another id and is a stranger.
 * - What `docker stack deploy` makes also carries Docker's own stack label; jobs, scratch volumes and secrets carry `cc-ci.stack` instead,
 *   so that Docker's tools do not take them for parts of the stack.
 */
export const RUN = 'cc-ci.run'
export const STATE = 'cc-ci.state'
export const STACK = 'cc-ci.stack'
/** On volumes: the key in the compose file, because a recipe may give the volume any name. */
export const VOLUME_KEY = 'cc-ci.volume'
/** On scratch volumes: our name for it. */
export const SCRATCH = 'cc-ci.scratch'
export const JOB = 'cc-ci.job'
/** On secrets: `<salt>.<scrypt of the value>`, to tell the same value from another one without keeping it. */
export const HASH = 'cc-ci.hash'

export const DOCKER_STACK = 'com.docker.stack.namespace'
export const DOCKER_SERVICE = 'com.docker.swarm.service.name'
export const DOCKER_TASK = 'com.docker.swarm.task.id'

export type Labels = Record<string, string>

export function labelsOf(app: App, stateId: string): Labels {
  return { [RUN]: app.run, [STATE]: stateId }
}

export function outsideStack(app: App, stateId: string): Labels {
  return { ...labelsOf(app, stateId), [STACK]: app.stack }
}

export function isOurs(labels: Labels | null | undefined, stateId: string): boolean {
  return labels?.[STATE] === stateId && labels[RUN] !== undefined
}

export function stackIn(labels: Labels | null | undefined): string | undefined {
  return labels?.[DOCKER_STACK] ?? labels?.[STACK]
}

import { nearest as nearestOf } from '../../../lib/nearest.ts'
import type { Stack, StackMount, StackService } from '../../model/stack.ts'
import type { Place } from '../../model/problem.ts'
import type { Problems } from './problems.ts'

export interface DeployCheck {
  stack: Stack
  problems: Problems
  placeOf(path: Array<string | number>): Place
  isUnread(path: string): boolean
  /** Undefined: files are not looked for. */
  hasFile: ((path: string) => boolean) | undefined
}

/** What reads well and is yet refused when the stack is deployed: names that lead nowhere, settings that exclude each other. */
export function checkDeploy(given: DeployCheck): void {
  for (const [name, service] of Object.entries(given.stack.services)) {
    if (!/^[-_]*[a-zA-Z0-9]+(?:[-_]*[a-zA-Z0-9]+)*$/.test(name)) {
      given.problems.error('deploy/bad-name', given.placeOf(['services', name]), `Swarm takes no service by the name \`${name}\`.`, 'Use letters, digits and dashes, and end with a letter or digit.')
    }
    checkImage(name, service, given)
    checkReferences(name, service, given)
    checkSettings(name, service, given)
    for (const [index, mount] of (service.volumes ?? []).entries()) checkMount(name, index, mount, given)
    checkTargets(name, service, given)
  }
  for (const section of ['secrets', 'configs'] as const) {
    for (const [name, object] of Object.entries(given.stack[section])) {
      if (object.external || object.driver) continue
      const at = given.placeOf([section, name])
      const kind = section.slice(0, -1)
      if (!object.file && given.isUnread(`${section}.${name}.file`)) continue
      if (!object.file) given.problems.error('deploy/no-source', at, `The ${kind} \`${name}\` has neither a file nor is it external.`, 'Add `file: …` or `external: true`.')
      else if (given.hasFile && !object.file.startsWith('/') && !object.file.startsWith('..') && !given.hasFile(object.file)) {
        given.problems.error('deploy/missing-file', given.placeOf([section, name, 'file']), `The recipe has no file \`${object.file}\`.`, 'Add the file, or correct its name; paths begin at the recipe\'s folder.')
      }
    }
  }
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const IMAGE = new RegExp(`^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?/)?${COMPONENT}(?:/${COMPONENT})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`)

function checkImage(name: string, service: StackService, { problems, placeOf, isUnread }: DeployCheck): void {
  if (!service.image) {
    if (!service['x-local'] && !isUnread(`services.${name}`) && !isUnread(`services.${name}.image`)) problems.error('deploy/no-image', placeOf(['services', name]), `The service \`${name}\` has no image.`, 'Add `image: …`.')
  } else if (service.image.length > 512 || !IMAGE.test(service.image)) {
    problems.error('deploy/wrong-value', placeOf(['services', name, 'image']), `\`${service.image}\` is no image name.`, 'Write name:tag or registry/name:tag, in small letters.')
  }
}

function checkReferences(name: string, service: StackService, { stack, problems, placeOf, isUnread }: DeployCheck): void {
  const refer = (kind: string, key: string, known: object, path: Array<string | number>): void => {
    if (Object.hasOwn(known, key)) return
    const near = nearest(key, Object.keys(known))
    if (near === undefined && isUnread(`${kind}s.${key}`)) return
    problems.error(`deploy/undefined-${kind}`, placeOf(['services', name, ...path]), `The service \`${name}\` uses the ${kind} \`${key}\`, which is not under the top-level \`${kind}s\`.`, near ? `Did you mean \`${near}\`?` : `Add it there: ${kind}s: ${key}: …`)
  }
  for (const network of Object.keys(service.networks ?? {})) if (network !== 'default') refer('network', network, stack.networks, ['networks', network])
  for (const kind of ['secret', 'config'] as const) {
    for (const [index, grant] of (service[`${kind}s`] ?? []).entries()) refer(kind, grant.source ?? '', stack[`${kind}s`], [`${kind}s`, index, 'source'])
  }
  for (const [index, mount] of (service.volumes ?? []).entries()) {
    const named = mount.type === 'volume' || (mount.type === 'cluster' && !mount.source?.startsWith('group:'))
    if (named && mount.source) refer('volume', mount.source, stack.volumes, ['volumes', index, 'source'])
  }
  for (const [index, other] of (service.depends_on ?? []).entries()) {
    if (Object.hasOwn(stack.services, other)) continue
    const near = nearest(other, Object.keys(stack.services))
    if (near === undefined && isUnread(`services.${other}`)) continue
    problems.warning('deploy/unknown-dependency', placeOf(['services', name, 'depends_on', index]), `The service \`${name}\` depends on \`${other}\`, and there is no such service.`, near ? `Did you mean \`${near}\`?` : 'Remove it, or add the overlay that has the service to COMPOSE_FILE.')
  }
}

const MODES = ['replicated', 'global', 'replicated-job', 'global-job']
const CONDITIONS = ['none', 'on-failure', 'any']
const CHOICES: Array<[path: string[], words: readonly string[]]> = [
  [['deploy', 'mode'], MODES],
  [['deploy', 'endpoint_mode'], ['vip', 'dnsrr']],
  [['deploy', 'restart_policy', 'condition'], CONDITIONS],
  [['deploy', 'update_config', 'failure_action'], ['pause', 'continue', 'rollback']],
  [['deploy', 'rollback_config', 'failure_action'], ['pause', 'continue']],
]

function checkSettings(name: string, service: StackService, { problems, placeOf }: DeployCheck): void {
  const deploy = service.deploy ?? {}
  for (const [path, words] of CHOICES) {
    const value = path.reduce<unknown>((here, key) => (here as Record<string, unknown> | undefined)?.[key], service)
    if (typeof value !== 'string' || words.includes(path.at(-1) === 'endpoint_mode' ? value.toLowerCase() : value)) continue
    const near = nearest(value, words)
    problems.error('deploy/wrong-value', placeOf(['services', name, ...path]), `\`services.${name}.${path.join('.')}\` cannot be \`${value}\`.`, near ? `Did you mean \`${near}\`?` : `Write one of ${words.join(', ')}.`)
  }
  if (deploy.mode?.startsWith('global') && deploy.replicas !== undefined) {
    problems.error('deploy/conflict', placeOf(['services', name, 'deploy', 'replicas']), `The service \`${name}\` is ${deploy.mode} and has replicas.`, 'Remove replicas, or the mode.')
  }
  if (service.healthcheck?.disable && (service.healthcheck.test?.length ?? 0) > 0) {
    problems.error('deploy/conflict', placeOf(['services', name, 'healthcheck', 'disable']), `The healthcheck of \`${name}\` is disabled and has a test.`, 'Remove one of the two.')
  }
  const restart = service.restart
  if (!deploy.restart_policy && typeof restart === 'string' && !/^(no|always|unless-stopped|on-failure(:[0-9]+)?)$/.test(restart)) {
    problems.error('deploy/wrong-value', placeOf(['services', name, 'restart']), `\`services.${name}.restart\` cannot be \`${restart}\`.`, 'Set deploy.restart_policy.condition: any, on-failure or none.')
  }
  for (const side of ['limits', 'reservations']) {
    const cpus = (deploy.resources?.[side] as { cpus?: unknown } | undefined)?.cpus
    if (typeof cpus === 'string' && !/^[-+]?([0-9]+(\.[0-9]{0,9}0*)?|\.[0-9]{1,9}0*)$/.test(cpus)) {
      problems.error('deploy/wrong-value', placeOf(['services', name, 'deploy', 'resources', side, 'cpus']), `\`${cpus}\` is no number of processors.`, 'Write a number in quotes: "0.5".')
    }
  }
  for (const [index, port] of (service.ports ?? []).entries()) {
    const wrong = [port.target, port.published ?? 0].find((number) => !(number >= 0 && number <= 65535))
    const at = placeOf(['services', name, 'ports', index])
    if (wrong !== undefined) problems.error('deploy/wrong-value', at, `${wrong} is no port.`, 'Write a number from 1 to 65535.')
    if (!port.target) problems.error('deploy/missing-key', at, `A port of \`${name}\` has no target.`, 'Add target: the port inside the container.')
    if (port.mode !== 'ingress' && port.mode !== 'host') problems.error('deploy/wrong-value', at, `A port's mode cannot be \`${port.mode}\`.`, 'Write ingress or host.')
    if (!['tcp', 'udp', 'sctp'].includes(port.protocol)) problems.error('deploy/wrong-value', at, `A port's protocol cannot be \`${port.protocol}\`.`, 'Write tcp, udp or sctp.')
  }
}

const OPTIONS_OF: Record<StackMount['type'], readonly string[]> = { volume: ['volume'], bind: ['bind'], tmpfs: ['tmpfs'], npipe: ['bind'], cluster: ['cluster'] }

function checkMount(name: string, index: number, mount: StackMount, { problems, placeOf }: DeployCheck): void {
  const at = placeOf(['services', name, 'volumes', index])
  const type = mount.type as string
  const options = Object.hasOwn(OPTIONS_OF, type) ? OPTIONS_OF[mount.type] : undefined
  if (!options && type !== 'image') {
    const near = nearest(type, Object.keys(OPTIONS_OF))
    problems.error('deploy/wrong-value', placeOf(['services', name, 'volumes', index, 'type']), `A mount's type cannot be \`${type}\`.`, near ? `Did you mean \`${near}\`?` : 'Write volume or tmpfs.')
    return
  }
  if (!mount.target) problems.error('deploy/missing-key', at, `A mount of \`${name}\` has no target.`, 'Add target: the path inside the container.')
  else if (!/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(mount.target)) {
    problems.error('deploy/wrong-value', at, `The mount target \`${mount.target}\` is no absolute path.`, 'Begin it with a slash.')
  }
  if (type === 'tmpfs' && mount.source) problems.error('deploy/conflict', at, `A tmpfs mount of \`${name}\` has a source.`, 'Remove the source.')
  if (type !== 'tmpfs' && type !== 'volume' && !mount.source) problems.error('deploy/missing-key', at, `A ${type} mount of \`${name}\` has no source.`, 'Add the source.')
  for (const other of ['bind', 'volume', 'tmpfs', 'cluster']) {
    if (mount[other] !== undefined && !(options ?? []).includes(other)) problems.error('deploy/conflict', at, `A mount of type ${type} has options for type ${other}.`, `Remove \`${other}\`.`)
  }
}

/** The engine refuses to create the container, and only its task says so. */
function checkTargets(name: string, service: StackService, { problems, placeOf }: DeployCheck): void {
  const seen = new Set<string>()
  for (const [index, mount] of (service.volumes ?? []).entries()) {
    if (mount.target && seen.has(mount.target)) problems.error('deploy/twice', placeOf(['services', name, 'volumes', index]), `The service \`${name}\` mounts two things at \`${mount.target}\`.`, 'Remove one of the two.')
    seen.add(mount.target)
  }
}

/** What was probably meant; nobody means a name of hundreds of letters. */
function nearest(written: string, known: readonly string[]): string | undefined {
  return written.length <= 64 ? nearestOf(written, known) : undefined
}

import type { App, Digest } from '../../../domain/model/app.ts'
import type { Stack, StackFileObject, StackNetwork, StackService, StackVolume } from '../../../domain/model/stack.ts'
import { composeText } from '../../../domain/recipe/compose/write.ts'
import { PortError } from '../../../ports/port-error.ts'
import { CLIENT_VARIABLES } from './docker-client.ts'
import { pinned } from './image-reference.ts'
import { labelsOf, VOLUME_KEY, type Labels } from './labels.ts'

/**
 * Writes a stack as the one compose file that `docker stack deploy` reads. JSON is YAML.
 *
 * INVARIANTS
 * - What the client makes of it is exactly the stack: dollars, repeated items and the version are `composeText`'s business.
 * - Everything that will be made carries our labels, the network `default` that Docker makes unasked included.
 * - The client reads no file of the recipe: `file:` points at copies, and an `env_file` is refused by name.
 * - Nothing of our environment reaches a service. An entry without a value goes to the engine as it is, where it takes the image's own
 *   variable away; only those that the client itself has in its environment, and would fill in, are left out.
 */
export function renderStack(given: {
  app: App
  stateId: string
  stack: Stack
  digests: Record<string, Digest>
  /** Where the copy of a config's or secret's file lies. */
  fileOf: (kind: 'configs' | 'secrets', key: string) => string
}): string {
  const { stack } = given
  const ours = labelsOf(given.app, given.stateId)
  const document = {
    services: mapValues(stack.services, (service, name) => renderService(service, name, ours, given.digests)),
    networks: renderNetworks(stack, ours),
    volumes: mapValues(stack.volumes, (volume, key) => renderVolume(volume, key, ours)),
    secrets: mapValues(stack.secrets, (secret, key) => renderFileObject(secret, given.fileOf('secrets', key), ours)),
    configs: mapValues(stack.configs, (config, key) => renderFileObject(config, given.fileOf('configs', key), ours)),
  }
  return forYaml(composeText(document as unknown as Stack))
}

/** Volumes that the stack does not make itself are somebody else's: no label of ours. */
function renderVolume(volume: StackVolume, key: string, ours: Labels): unknown {
  if (isExternal(volume)) return withoutExtensions(volume)
  return { ...withoutExtensions(volume), labels: { ...volume.labels, ...ours, [VOLUME_KEY]: key } }
}

function renderService(service: StackService, name: string, ours: Labels, digests: Record<string, Digest>): unknown {
  if (service.env_file !== undefined) throw new PortError('refused', `service ${name} still has env_file, which would be read from the host; put its values into environment`)
  const { command, entrypoint, environment, deploy, ...rest } = withoutExtensions(service) as unknown as StackService
  return {
    ...rest,
    image: pinned(service.image, digests[service.image]),
    ...(command != null && { command }),
    ...(entrypoint != null && { entrypoint }),
    ...(environment && { environment: Object.fromEntries(Object.entries(environment).filter(([name, value]) => value || !CLIENT_VARIABLES.has(name))) }),
    labels: { ...service.labels, ...ours },
    deploy: { ...withoutExtensions(deploy ?? {}), labels: { ...deploy?.labels, ...ours } },
  }
}

function renderNetworks(stack: Stack, ours: Labels): Record<string, unknown> {
  const needsDefault = Object.values(stack.services).some((service) => service.network_mode === undefined && Object.keys(service.networks ?? {}).length === 0)
  const networks: Record<string, StackNetwork> = { ...(needsDefault && { default: {} }), ...stack.networks }
  return mapValues(networks, (network) => (isExternal(network) ? withoutExtensions(network) : { ...withoutExtensions(network), labels: { ...network?.labels, ...ours } }))
}

function renderFileObject(object: StackFileObject, copy: string, ours: Labels): unknown {
  if (isExternal(object)) return withoutExtensions(object)
  return { ...withoutExtensions(object), ...(object.file !== undefined && { file: copy }), labels: { ...object.labels, ...ours } }
}

/** `external` is a boolean after reading; older spellings give an object with a name. */
export function isExternal(object: { external?: unknown } | null | undefined): boolean {
  return object?.external !== undefined && object.external !== false
}

/** `x-…`: notes for people and anchors, which the client refuses in some places. */
function withoutExtensions(object: object | null | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object ?? {}).filter(([key]) => !key.startsWith('x-')))
}

function mapValues<T>(object: Record<string, T> | undefined, render: (value: T, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object ?? {}).filter(([key]) => !key.startsWith('x-')).map(([key, value]) => [key, render(value, key)]))
}

/** YAML refuses some characters that JSON leaves as they are; outside of texts there are none. */
function forYaml(json: string): string {
  return json.replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

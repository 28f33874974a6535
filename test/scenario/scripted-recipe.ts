import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Script } from '../../src/adapters/engine/scripted/world/script.ts'

/** One version of a recipe whose services do in the scripted world what their scripts say. */
export interface Scene {
  /** By service; `app` is always there. */
  services?: Record<string, ServiceScene>
  /** With a generated secret, granted to `app`; a text is its version. */
  secret?: boolean | string
  /** How compose has the volumes. Default: `data`, plain. */
  volumes?: Record<string, object>
  /** How long it may take to be ready. Default 30 s. */
  readyIn?: string
  /** `release/<version>`. */
  note?: string
  /** A compose file that cannot be read. */
  lintError?: boolean
  /** Its image is one that the registry does not have. */
  imageMissing?: boolean
  /** What `tests/check` answers: an answer without its `match`. Default: it passes. */
  check?: { exitCode: number; stdout: string }
}

export interface ServiceScene extends Script {
  replicas?: number
  /** A port of the host. */
  port?: number
  /** The engine goes back by itself when an update fails. */
  rollback?: boolean
}

/** A folder of version folders: 1.0.0+1 is `base`, 1.1.0+2 is `head`. Their lint is clean, their backup covers all, so that green is level 5. */
export function makeRecipe(folder: string, { base, head }: { base: Scene; head: Scene }): string {
  const recipe = join(folder, 'scene')
  writeVersion(recipe, '1.0.0+1', base)
  writeVersion(recipe, '1.1.0+2', head)
  return recipe
}

/** One more version in a folder of versions; with its release note, where it has one. */
export function writeVersion(recipe: string, version: string, scene: Scene): void {
  const files: Record<string, string> = {
    'compose.yml': composeOf(version, scene),
    '.env.sample': ['TYPE=scene', 'DOMAIN=scene.example.com', 'LETS_ENCRYPT_ENV=production', ...(scene.secret ? [`SECRET_TOKEN_VERSION=${scene.secret === true ? 'v1' : scene.secret}  # length=32`] : []), ''].join('\n'),
    'README.md': README,
    'cc-ci.yml': `limits: { ready: ${scene.readyIn ?? '30s'} }\nchecks: [{ name: it does what it is for, run: tests/check, timeout: 20s }]\n`,
    'tests/check': JSON.stringify({ exitCode: 0, stdout: 'checked\n', ...scene.check }),
    ...(scene.note === undefined ? {} : { [`release/${version}`]: scene.note }),
    ...(scene.lintError ? { 'compose.yml': 'services: [' } : {}),
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(recipe, version, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  chmodSync(join(recipe, version, 'tests/check'), 0o755)
}

/** JSON is YAML, and nobody has to read it; abra wants to see the version on a line of its own. */
function composeOf(version: string, scene: Scene): string {
  const services = Object.entries({ app: {}, ...scene.services })
  const parts = {
    services: Object.fromEntries(services.map(([name, service]) => [name, serviceOf(name, version, scene, service)])),
    networks: { proxy: { external: true }, internal: {} },
    volumes: scene.volumes ?? { data: {} },
    ...(scene.secret ? { secrets: { token: { external: true, name: '${STACK_NAME}_token_${SECRET_TOKEN_VERSION}' } } } : {}),
  }
  return ['version: "3.8"', ...Object.entries(parts).map(([key, value]) => `${key}: ${JSON.stringify(value)}`), ''].join('\n')
}

function serviceOf(name: string, version: string, scene: Scene, { replicas, port, rollback, ...script }: ServiceScene): object {
  const [, app] = version.split('+')
  const shared = {
    image: `ccci/${scene.imageMissing ? 'never-published' : `scene-${name}`}:${app}.0`,
    healthcheck: { test: ['CMD', 'true'] },
    'x-scripted': { version, ...script },
    ...(port === undefined ? {} : { ports: [{ target: port, published: port, mode: 'host' }] }),
  }
  const how = { ...(replicas === undefined ? {} : { replicas }), restart_policy: { delay: '500ms' }, ...(rollback ? { update_config: { failure_action: 'rollback' } } : {}) }
  if (name !== 'app') return { ...shared, networks: ['internal'], deploy: how }
  return {
    ...shared,
    networks: ['proxy', 'internal'],
    volumes: Object.keys(scene.volumes ?? { data: {} }).map((name) => `${name}:/${name}`),
    ...(scene.secret ? { secrets: ['token'] } : {}),
    deploy: {
      ...how,
      labels: [
        'traefik.enable=true',
        'traefik.http.services.${STACK_NAME}.loadbalancer.server.port=3000',
        'traefik.http.routers.${STACK_NAME}.rule=Host(`${DOMAIN}`)',
        'traefik.http.routers.${STACK_NAME}.entrypoints=web-secure',
        'traefik.http.routers.${STACK_NAME}.tls.certresolver=${LETS_ENCRYPT_ENV}',
        `coop-cloud.\${STACK_NAME}.version=${version}`,
        'coop-cloud.${STACK_NAME}.timeout=60',
        'backupbot.backup=true',
      ],
    },
  }
}

const README = `# Scene

> Does what its script says.

<!-- metadata -->

* **Category**: Apps
* **Status**: 4
* **Image**: \`ccci/scene\`, 4, upstream
* **Healthcheck**: Yes
* **Backups**: Yes
* **Email**: No
* **Tests**: Yes
* **SSO**: No

<!-- endmetadata -->
`

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { clientOfMajor } from './docker.ts'
import { client28 } from './parts/client.ts'
import { privatePasswordFile, privateUser } from './parts/registry.ts'
import { domain, places, ports, proxyNetwork } from './places.ts'

/** How tests and the command line reach the rig. */
export interface RigEnvironment {
  /** `unix://…`, for DOCKER_HOST. */
  dockerHost: string
  /** Absolute paths of docker clients; undefined where there is none of that version. */
  clients: { v20: string | undefined; v28: string | undefined }
  /** Stands in for Docker Hub: what is pushed to `<registry>/library/x:1` is pulled as `x:1`. */
  registry: string
  mirror: string
  privateRegistry: { host: string; username: string; passwordFile: string }
  /** A settings.yml that names proxy, domain and registries. */
  settings: string
  /** PEM of the test authority that signed the proxy's certificate. */
  ca: string
  domain: string
  proxyNetwork: string
  proxyPort: number
  httpPort: number
  /** Folder of the bare repositories of the fixture recipes: `file://<repositories>/<name>.git`. */
  repositories: string
  dockerConfig: string
  cache: string
}

export async function rigEnv(): Promise<RigEnvironment> {
  const home = places()
  const registry = `127.0.0.1:${ports.registry}`
  return {
    dockerHost: `unix://${home.socket}`,
    clients: { v20: (await clientOfMajor(20))?.path, v28: (await client28(home))?.path },
    registry,
    mirror: `http://${registry}`,
    privateRegistry: { host: `127.0.0.1:${ports.privateRegistry}`, username: privateUser, passwordFile: privatePasswordFile(home) },
    settings: home.settings,
    ca: join(home.authority, 'ca.pem'),
    domain,
    proxyNetwork,
    proxyPort: ports.https,
    httpPort: ports.http,
    repositories: home.repositories,
    dockerConfig: home.dockerConfig,
    cache: home.cache,
  }
}

/** Lines for `eval "$(npm run -s rig -- env)"`. */
export function shellLines(env: RigEnvironment, search: string | undefined = process.env.PATH): string[] {
  const values: Record<string, string | undefined> = {
    DOCKER_HOST: env.dockerHost,
    DOCKER_CONFIG: env.dockerConfig,
    CCCI_SETTINGS: env.settings,
    CCCI_RIG_CA: env.ca,
    CCCI_RIG_CLIENT_20: env.clients.v20,
    CCCI_RIG_CLIENT_28: env.clients.v28,
    CCCI_RIG_REGISTRY: env.registry,
    CCCI_RIG_PRIVATE_REGISTRY: env.privateRegistry.host,
    CCCI_RIG_PROXY_PORT: String(env.proxyPort),
    CCCI_RIG_REPOSITORIES: env.repositories,
  }
  return [
    'unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH',
    ...Object.entries(values).flatMap(([name, value]) => (value ? [`export ${name}=${quoted(value)}`] : [])),
    ...newerClientFirst(env, search),
  ]
}

/** Only where the shell would find another one first: its search path is otherwise left as it is. */
function newerClientFirst({ clients }: RigEnvironment, search: string | undefined): string[] {
  if (!clients.v28) return []
  const found = (search ?? '').split(':').map((folder) => join(folder, 'docker')).find((path) => existsSync(path))
  return found === clients.v28 ? [] : [`export PATH=${quoted(dirname(clients.v28))}:"$PATH"`]
}

function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
}

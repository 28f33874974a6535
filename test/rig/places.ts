import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Where the rig keeps what it makes, and which ports and addresses are its own.
 *
 * One cache for all checkouts of a user: `${XDG_CACHE_HOME:-~/.cache}/cc-ci`, or `CCCI_CACHE`. Ports and subnets are fixed, so that an
 * address seen in a log always means the same part.
 */
export interface Places {
  cache: string
  engine: string
  socket: string
  registry: string
  privateRegistry: string
  clients: string
  authority: string
  synapse: string
  built: string
  /** For work in progress: emptied when the next one begins. */
  scratch: string
  images: string
  repositories: string
  logs: string
  settings: string
  dockerConfig: string
}

export function places(env: NodeJS.ProcessEnv = process.env): Places {
  const cache = resolve(env.CCCI_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cc-ci'))
  const within = (name: string) => join(cache, name)
  return {
    cache,
    engine: within('engine'),
    socket: within('engine/docker.sock'),
    registry: within('registry'),
    privateRegistry: within('registry-with-password'),
    clients: within('clients'),
    authority: within('authority'),
    synapse: within('synapse'),
    built: within('built'),
    scratch: within('scratch'),
    images: within('images'),
    repositories: within('repositories'),
    logs: within('logs'),
    settings: within('settings.yml'),
    dockerConfig: within('docker-config'),
  }
}

export const ports = {
  registry: 15000,
  privateRegistry: 15001,
  swarm: 12377,
  swarmData: 14789,
  http: 18080,
  https: 18443,
  synapse: 18008,
} as const

/** Private ranges of the rig's engine, away from Docker's own defaults (172.17 and 10.0), so that a system engine keeps its routes. */
export const addresses = {
  bridge: 'ccci0',
  bridgeAddress: '10.213.0.1/24',
  gateway: 'ccci-gw0',
  gatewaySubnet: '10.213.1.0/24',
  localPool: '10.214.0.0/16',
  overlayPool: '10.215.0.0/16',
} as const

export const domain = 'ci.test'
export const proxyNetwork = 'proxy'

/** On everything the rig creates on its engine. */
export const rigLabel = 'cc-ci.rig'

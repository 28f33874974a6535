import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { nodeProcesses } from '../../src/adapters/process/node.ts'
import { dockerThrowawayHosts } from '../../src/adapters/throwaway-hosts/docker/hosts.ts'
import type { ThrowawayHosts } from '../../src/ports/throwaway-hosts.ts'
import { hostImage } from '../rig/images/catalogue.ts'
import { openOwnHost, type OwnHost } from '../rig/own-host.ts'
import { temporaryFolder } from '../support/cli.ts'

/** A machine with Docker on which throw-away hosts are made. */
export interface HostsStage extends AsyncDisposable {
  machine: OwnHost
  hosts: ThrowawayHosts
  /** Settings of the command line on that machine. */
  settingsFile: string
  /** A path in the test's own folder. */
  within(name: string): string
}

/** `parts`: images that hosts are given. */
export async function openHostsStage({ parts }: { parts: string[] }): Promise<HostsStage> {
  const folder = temporaryFolder('hosts')
  const machine = await openOwnHost({ parts: ['registry', 'engine', 'settings', 'image:host', ...parts] }).catch((error: unknown) => {
    folder[Symbol.dispose]()
    throw error
  })
  const within = (name: string) => join(folder.path, name)
  const controlGroups = () => readdirSync('/sys/fs/cgroup').sort()
  const before = controlGroups()
  const settingsFile = within('settings.yml')
  const settings = parse(readFileSync(machine.env.CCCI_SETTINGS!, 'utf8')) as { docker: { client: string; host: string } }
  writeFileSync(settingsFile, stringify({ ...settings, images: { host: hostImage } }))
  const hosts = dockerThrowawayHosts({ processes: nodeProcesses(process.env), clientPath: settings.docker.client, dockerHost: settings.docker.host, clock: systemClock() })
  return {
    machine, hosts, settingsFile, within,
    async [Symbol.asyncDispose]() {
      for (const name of await hosts.list()) await hosts.remove(name)
      assert.deepEqual(controlGroups(), before, "what a host's systemd mounts is nothing that the machine sees")
      await machine[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { RigError, run } from '../command.ts'
import { distribution, isRoot, whereIs } from '../host.ts'
import type { Part, PartState, Rig } from '../part.ts'

interface Needed {
  package: string
  /** A program, or the absolute path of a file. */
  gives: string
}

/** What the real parts are made of. */
export const packages = packagesPart({ name: 'packages', is: 'Debian packages of the real parts', byDefault: true }, [
  { package: 'docker.io', gives: 'dockerd' },
  { package: 'iptables', gives: 'iptables' },
  { package: 'iproute2', gives: 'ip' },
  { package: 'docker-registry', gives: 'docker-registry' },
  { package: 'apache2-utils', gives: 'htpasswd' },
  { package: 'debootstrap', gives: 'debootstrap' },
  { package: 'debian-archive-keyring', gives: '/usr/share/keyrings/debian-archive-keyring.gpg' },
  { package: 'util-linux', gives: 'flock' },
  { package: 'openssl', gives: 'openssl' },
  { package: 'git', gives: 'git' },
  { package: 'restic', gives: 'restic' },
  { package: 'chromium', gives: 'chromium' },
])

/** What images of Java programs are made with. */
export const maven = packagesPart({ name: 'maven', is: 'Debian packages of Maven and Java', byDefault: false }, [
  { package: 'maven', gives: 'mvn' },
  { package: 'default-jre-headless', gives: 'java' },
  { package: 'unzip', gives: 'unzip' },
])

/** For the NixOS module: evaluates, and builds nothing. */
export const nix = packagesPart({ name: 'nix', is: 'Debian package of Nix', byDefault: false }, [{ package: 'nix-bin', gives: 'nix-instantiate' }])

/** It comes from the distribution: as root on Debian or Ubuntu it is installed, elsewhere it is listed. */
function packagesPart(given: Pick<Part, 'name' | 'is' | 'byDefault'>, needed: Needed[]): Part {
  const missing = () => needed.filter(({ gives }) => (gives.startsWith('/') ? !existsSync(gives) : !whereIs(gives)))
  const state = async (): Promise<PartState> => {
    const wanting = missing()
    if (wanting.length > 0) return { up: false, note: `missing: ${wanting.map((one) => one.package).join(' ')}` }
    return { up: true, version: `${needed.length} packages`, where: 'the system' }
  }
  const up = async ({ says, places }: Rig) => {
    const wanting = missing()
    if (wanting.length === 0) return
    const names = wanting.map((one) => one.package)
    const debian = distribution().some((id) => id === 'debian' || id === 'ubuntu')
    if (!isRoot() || !debian || !whereIs('apt-get')) {
      throw new RigError(`missing: ${wanting.map(describe).join(', ')}. ${debian ? `As root: apt-get install --no-install-recommends ${names.join(' ')}` : 'Install what gives these programs.'}`)
    }
    says(`installing on this machine: ${names.join(' ')}`)
    const log = `${places.logs}/${given.name}.log`
    await withoutStartingServices(says, async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
      const common = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0']
      await run('apt-get', [...common, 'update'], { env, log })
      await run('apt-get', [...common, 'install', '--yes', '--no-install-recommends', ...names], { env, log })
    })
    const still = missing()
    if (still.length > 0) throw new RigError(`still missing after the installation: ${still.map(describe).join(', ')}`)
  }
  return { ...given, needs: [], up, state, fetch: up }
}

/** The rig starts what it needs by itself, with its own data: the services of the packages stay off, by Debian's own means for that. */
async function withoutStartingServices(says: Rig['says'], work: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return await work()
  says(`their services are not started (${policy} is there for as long as the installation takes)`)
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    await rm(policy)
  }
}

function describe({ gives, package: name }: Needed): string {
  return `${gives} (package ${name})`
}

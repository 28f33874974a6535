import { accessSync, constants, readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What this machine has. */

const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** A search path with the system's own folders in it: a login that is not root's often lacks the sbin ones. */
export function searchPath(): string[] {
  return [...new Set([...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...systemFolders])]
}

export function whereIs(program: string): string | undefined {
  return everywhere(program)[0]
}

export function everywhere(program: string): string[] {
  return searchPath().map((folder) => join(folder, program)).filter(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** Lower-case ids of the distribution and its relatives: `debian`, `ubuntu` … */
export function distribution(): string[] {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n')
    return lines.flatMap((line) => /^ID(?:_LIKE)?="?([^"]*)"?$/.exec(line)?.[1]?.split(' ') ?? [])
  } catch {
    return []
  }
}

/** Running processes of that program that see the same network as we do: one inside a container is not meant. */
export function processesOnOurNetwork(program: string): Array<{ pid: number; args: string[] }> {
  const ours = readlinkSync('/proc/self/ns/net')
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').slice(0, -1)
      const is = args[0]?.split('/').at(-1)
      return is === program && readlinkSync(`/proc/${name}/ns/net`) === ours ? [{ pid: Number(name), args }] : []
    } catch {
      return []
    }
  })
}

export function sameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b)
  } catch {
    return false
  }
}

/** Somebody who has just found us: not root, an empty home, nothing in the environment but what a login gives. */
import { spawn } from 'node:child_process'
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'

export interface Stranger {
  home: string
  /** TMPDIR: what is left in it was forgotten. */
  scratch: string
  /** A folder that the stranger owns. */
  folder(name: string): string
  /** Hands over what we made for the stranger. */
  owns(file: string): void
  run(argv: [string, ...string[]], cwd: string, env?: Record<string, string>): Promise<Ended>
}

export interface Ended {
  code: number | null
  out: string
  err: string
}

/** There on every Linux: `nobody`. */
const NOBODY = 65534

/** What a machine may need to reach its package registry at all; nothing else of ours is handed on. */
const HANDED_ON = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'npm_config_registry', 'NPM_CONFIG_REGISTRY']

export function makeStranger(): Stranger {
  const isRoot = process.getuid?.() === 0
  const base = mkdtempSync(path.join(realpathSync(tmpdir()), 'stranger-'))
  chmodSync(base, 0o755)
  const owns = (file: string): void => {
    if (!isRoot) return
    chownSync(file, NOBODY, NOBODY)
    if (lstatSync(file).isDirectory()) for (const name of readdirSync(file)) ownsEntry(path.join(file, name))
  }
  const ownsEntry = (file: string): void => {
    if (!lstatSync(file).isSymbolicLink()) owns(file)
  }
  const folder = (name: string): string => {
    const made = path.join(base, name)
    mkdirSync(made, { recursive: true })
    owns(made)
    return made
  }
  const home = folder('home')
  const scratch = folder('scratch')
  const system = '/usr/local/bin:/usr/bin:/bin'
  return {
    home, scratch, folder, owns,
    async run(argv, cwd, env = {}) {
      const handedOn = Object.fromEntries(HANDED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
      const child = spawn(argv[0], argv.slice(1), {
        cwd,
        env: { PATH: systemPath(system), HOME: home, TMPDIR: scratch, LANG: 'C.UTF-8', ...handedOn, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
      })
      const exit = new Promise<number | null>((resolve, reject) => { child.on('error', reject).on('close', resolve) })
      const [code, out, err] = await Promise.all([exit, text(child.stdout), text(child.stderr)])
      return { code, out, err }
    },
  }
}

/** Node may be installed elsewhere on this machine: its folder comes first, but never the checkout's own Node. */
function systemPath(system: string): string {
  const found = (process.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/') && !folder.includes('node_modules'))
  const extra = found.filter((folder) => !system.split(':').includes(folder) && readable(path.join(folder, 'npm')))
  return [...extra, system].join(':')
}

function readable(file: string): boolean {
  try {
    lstatSync(file)
    return true
  } catch {
    return false
  }
}

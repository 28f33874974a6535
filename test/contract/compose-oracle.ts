import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { readCompose } from '../../src/domain/recipe/compose/read.ts'
import { composeText } from '../../src/domain/recipe/compose/write.ts'
import type { ComposeCase } from './compose-cases.ts'

const run = promisify(execFile)

/**
 * Reads a case both ways in an empty folder, and what we write of it once more with Docker; throws where the two differ. Says whether both
 * read it or both refused it.
 */
export async function compareWithDocker(given: ComposeCase, folder: string): Promise<'read' | 'refused'> {
  const ours = readCompose({
    files: given.files,
    env: given.env,
    proxyNetwork: 'proxy',
    readFile: (path) => given.extra[path],
  })
  const theirs = await dockers(folder, given.files, given)
  const errors = ours.problems.filter((problem) => problem.severity === 'error' && !problem.rule.startsWith('deploy/'))
  if ('refused' in theirs) {
    // It finds some of what we say of the deploy already here.
    assert.ok(ours.problems.some((problem) => problem.severity === 'error'), `Docker refuses what we accept: ${theirs.refused}`)
    return 'refused'
  }
  assert.deepEqual(errors, [], 'we refuse what Docker accepts')
  assert.deepEqual(withoutBareLineEnds(asDocker(ours.stack)), withoutBareLineEnds(theirs.config))
  // What we write for `docker stack deploy` means the same to Docker, whatever it holds.
  if (ours.problems.some((problem) => problem.severity === 'error')) return 'read'
  const again = await dockers(folder, [{ path: 'written.yml', text: composeText(ours.stack) }], { ...given, env: {} })
  assert.ok('config' in again, `Docker refuses what we write: ${(again as { refused?: string }).refused}`)
  assert.deepEqual(withoutRepeats(again.config), withoutRepeats(theirs.config), 'what we write is not what we read')
  return 'read'
}

async function dockers(folder: string, files: ComposeCase['files'], { extra, env }: Pick<ComposeCase, 'extra' | 'env'>): Promise<{ config: Tree } | { refused: string }> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  for (const [path, text] of [...files.map(({ path, text }) => [path, text] as const), ...Object.entries(extra)]) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  try {
    const { stdout } = await run('docker', ['stack', 'config', ...files.flatMap(({ path }) => ['-c', path])], { cwd: folder, env: { PATH: process.env.PATH, ...env } })
    return { config: plain(parse(stdout, { intAsBigInt: false }), folder) }
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    return { refused: stderr || message }
  }
}

type Tree = { [key: string]: unknown }

/**
 * Docker's output as ours differs from it by design: paths from the recipe's folder, no `env_file`, no `build`, no `file` of what is external.
 */
function plain(config: Tree, folder: string): Tree {
  const environmentOfPath = new Set(['PATH'])
  for (const service of Object.values((config.services ?? {}) as Record<string, Tree>)) {
    delete service.env_file
    delete service.build
    for (const name of environmentOfPath) delete (service.environment as Tree | undefined)?.[name]
    for (const mount of (service.volumes ?? []) as Tree[]) {
      if (mount.type !== 'bind') continue
      const source = String(mount.source)
      if (source === folder || source.startsWith(`${folder}/`)) mount.source = `./${source.slice(folder.length + 1)}`
      else if (source.startsWith(`${dirname(folder)}/`)) mount.source = `../${source.slice(dirname(folder).length + 1)}`
    }
    for (const port of (service.ports ?? []) as Tree[]) {
      port.protocol ??= 'tcp'
      port.mode ??= 'ingress'
    }
  }
  for (const section of ['secrets', 'configs']) {
    for (const object of Object.values((config[section] ?? {}) as Record<string, Tree>)) {
      if (object.file === folder || object.external === true) delete object.file
      else if (typeof object.file === 'string' && object.file.startsWith(`${folder}/`)) object.file = object.file.slice(folder.length + 1)
    }
  }
  return config
}

/** Docker refuses to read twice what its own merge wrote twice. */
function withoutRepeats(config: Tree): Tree {
  const lists = ['cap_add', 'cap_drop', 'depends_on', 'devices', 'dns', 'dns_search', 'expose', 'external_links', 'extra_hosts', 'links', 'security_opt', 'tmpfs']
  for (const service of Object.values((config.services ?? {}) as Record<string, Tree>)) {
    for (const key of lists) if (Array.isArray(service[key])) service[key] = [...new Set(service[key])]
    if (Array.isArray(service.ports)) service.ports = [...new Map(service.ports.map((port) => [JSON.stringify(port, ['target', 'published', 'protocol', 'mode']), port])).values()]
  }
  return { ...config, version: '' }
}

/** Docker's printer writes a text that is nothing but line ends in a way that is read back as fewer of them. */
function withoutBareLineEnds(config: Tree): Tree {
  return JSON.parse(JSON.stringify(config), (_key, value: unknown) => (typeof value === 'string' && /^\n+$/.test(value) ? '' : value)) as Tree
}

/** Ours without the empty sections that Docker leaves out. */
function asDocker(stack: object): Tree {
  const out = JSON.parse(JSON.stringify(stack, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))) as Tree
  for (const section of ['networks', 'volumes', 'secrets', 'configs']) if (Object.keys(out[section] as Tree).length === 0) delete out[section]
  return out
}

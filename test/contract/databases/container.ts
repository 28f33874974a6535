import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import { type DatabaseKind, commandsFor } from '../../../src/domain/plan/databases.ts'
import type { Finished } from '../../../src/ports/process.ts'
import { rigEnv } from '../../rig/index.ts'

/** A database in a plain container of the rig's engine, without a network and without data that outlives the test. */
export interface Database {
  /** Runs a command in it as the engine would; `env` stands in for what another recipe would have set. */
  exec(argv: string[], env?: Record<string, string>): Promise<Finished>
  /** What a run does to put a marker there, and to look for it. */
  write(name: string, value: string, env?: Record<string, string>): Promise<Finished>
  read(name: string, env?: Record<string, string>): Promise<Finished>
}

export interface DatabaseWish {
  kind: DatabaseKind
  image: string
  /** Where it keeps its data: in memory here. */
  data: string
  env: Record<string, string>
  /** Files in it, as a secret would be: readable by everybody in the container. */
  files?: Record<string, string>
  command?: string[]
  /** Answers 0 once it serves clients for good, not while it sets itself up. */
  ready: string[]
}

const READY_MS = 90_000

export async function startDatabase(t: TestContext, wish: DatabaseWish): Promise<Database> {
  const rig = await rigEnv()
  const client = rig.clients.v28
  assert.ok(client, 'the rig has no Docker client 28: npm run rig -- up')
  const processes = nodeProcesses(process.env)
  const docker = (args: string[]) => processes.run({ argv: [client, ...args], env: { ...processes.baseEnv(), DOCKER_HOST: rig.dockerHost, DOCKER_CONFIG: rig.dockerConfig } })
  const asked = async (args: string[]) => {
    const ended = await docker(args)
    assert.equal(ended.exitCode, 0, `docker ${args[0]}: ${ended.stderr}`)
    return ended.stdout.trim()
  }
  const envOf = (env: Record<string, string>) => Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])

  const id = await asked(['create', '--label', 'cc-ci.test=databases', '--network', 'none', '--tmpfs', wish.data, ...envOf(wish.env), wish.image, ...(wish.command ?? [])])
  t.after(() => asked(['rm', '--force', '--volumes', id]))
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-database-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [path, content] of Object.entries(wish.files ?? {})) {
    const file = join(folder, 'file')
    writeFileSync(file, content)
    chmodSync(file, 0o444)
    await asked(['cp', file, `${id}:${path}`])
  }
  await asked(['start', id])

  const exec: Database['exec'] = (argv, env = {}) => docker(['exec', ...envOf(env), id, ...argv])
  await untilReady(() => exec(wish.ready), () => docker(['logs', '--tail', '20', id]))
  const commands = commandsFor(wish.kind)
  return { exec, write: (name, value, env) => exec(commands.write(name, value), env), read: (name, env) => exec(commands.read(name), env) }
}

async function untilReady(ask: () => Promise<Finished>, logs: () => Promise<Finished>): Promise<void> {
  const deadline = performance.now() + READY_MS
  for (;;) {
    const { exitCode, stderr } = await ask()
    if (exitCode === 0) return
    if (performance.now() > deadline) {
      const said = await logs()
      throw new Error(`the database did not answer within ${READY_MS} ms: ${stderr}\n${said.stdout}${said.stderr}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

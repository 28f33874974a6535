import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../command.ts'
import { searchPath } from '../host.ts'
import type { Places } from '../places.ts'
import { scratchFolder } from './scratch.ts'

const artifact = 'org.keycloak:keycloak-quarkus-dist'

/**
 * Keycloak as its project publishes it, with `kc.sh build` done for some options: it starts at once with these, and builds itself anew at its start where it is
 * given others, as the official image does. Made once, and kept.
 */
export async function keycloakDistribution({ version, options }: { version: string; options: Record<string, string> }, { places, says, log }: { places: Places; says: (line: string) => void; log: string }): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 16)
  const done = join(places.built, `keycloak-${version}-${key}`)
  if (existsSync(done)) return done
  const env = { ...process.env, PATH: searchPath().join(':') }
  const repository = join(places.built, 'maven')
  says(`fetching Keycloak ${version} with Maven (150 MB)`)
  await mkdir(places.built, { recursive: true })
  await run('mvn', ['--quiet', '--batch-mode', `-Dmaven.repo.local=${repository}`, 'dependency:get', `-Dartifact=${artifact}:${version}:zip`, '-Dtransitive=false'], { env, log, nice: true })
  const folder = await scratchFolder(places, `keycloak-${version}`)
  try {
    await run('unzip', ['-q', join(repository, artifact.replaceAll(/[.:]/g, '/'), version, `keycloak-quarkus-dist-${version}.zip`), '-d', folder], { env, log, nice: true })
    const made = join(folder, `keycloak-${version}`)
    says('having it build itself: takes up to a minute')
    await run(join(made, 'bin/kc.sh'), ['build'], { env: { ...env, ...options }, log, nice: true })
    // Its data has an owner from the first volume on.
    await mkdir(join(made, 'data'), { recursive: true })
    await rename(made, done)
    return done
  } finally {
    await rm(folder, { recursive: true })
  }
}

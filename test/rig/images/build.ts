import { mkdir, rm, symlink, writeFile, copyFile, cp } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../command.ts'
import { docker } from '../docker.ts'
import type { Places } from '../places.ts'
import { ports, rigLabel } from '../places.ts'
import { lendApt } from './apt.ts'
import { debianTar } from './debian.ts'
import { buildGoProgram } from './go.ts'
import { keycloakDistribution } from './keycloak.ts'
import type { ImageRecipe, ImageSource } from './recipe.ts'
import { configChanges } from './recipe.ts'
import { scratchFolder } from './scratch.ts'

/** What a build may use. */
export interface Building {
  places: Places
  says: (line: string) => void
  /** Everything that programs print goes there. */
  log: string
  /** Becomes a label of the image. */
  key: string
}

/** The name an image has on the engine and in our registry, from its Docker Hub name. */
export function registryName(tag: string): string {
  return `127.0.0.1:${ports.registry}/${hubPath(tag)}`
}

/** `postgres:15` is `library/postgres:15` to a registry. */
export function hubPath(tag: string): string {
  return tag.includes('/') ? tag : `library/${tag}`
}

/** What the engine knows an image of ours by while others are made from it. */
export function buildName(name: string): string {
  return `cc-ci-rig/${name}:built`
}

/** Makes the image on the engine, under `buildName`. */
export async function buildImage(recipe: ImageRecipe, building: Building): Promise<void> {
  const { from } = recipe
  if (from.kind === 'debian') return await buildDebian(recipe, from, building)
  if (from.kind === 'script') return await buildByScript(recipe, from, building)
  if (from.kind === 'go') return await buildGo(recipe, from, building)
  if (from.kind === 'busybox') return await buildBusybox(recipe, from, building)
  if (from.kind === 'keycloak') return await buildKeycloak(recipe, from, building)
  return await buildDockerfile(recipe, from, building)
}

/** What a build takes from the network, where that is kept in `built`. */
export async function fetchForImage({ from }: ImageRecipe, working: Omit<Building, 'key'>): Promise<void> {
  if (from.kind === 'debian' && from.packages) await debianTar(from, working)
  if (from.kind === 'go') await buildGoProgram(from, working)
  if (from.kind === 'keycloak') await keycloakDistribution(from, working)
}

type Of<Kind> = Extract<ImageSource, { kind: Kind }>

/** Gives what was committed or imported its configuration. By a Dockerfile, because commit and import do not know every instruction. */
async function finish(recipe: ImageRecipe, id: string, { places, log, key }: Building): Promise<void> {
  const lines = [`FROM ${id}`, ...configChanges(recipe.config), `LABEL ${rigLabel}=image ${rigLabel}.key=${key}`]
  await docker(places, ['build', '--tag', buildName(recipe.name), '-'], { input: `${lines.join('\n')}\n`, log })
}

async function importAs(recipe: ImageRecipe, tar: string, building: Building): Promise<void> {
  const { stdout } = await docker(building.places, ['import', tar], { log: building.log })
  await finish(recipe, stdout.trim(), building)
}

async function buildDebian(recipe: ImageRecipe, from: Of<'debian'>, building: Building): Promise<void> {
  await importAs(recipe, await debianTar(from, building), building)
}

async function buildKeycloak(recipe: ImageRecipe, from: Of<'keycloak'>, building: Building): Promise<void> {
  const { places, log, key } = building
  const distribution = await keycloakDistribution(from, building)
  // As in the official image: not root, and of the group that may write there.
  const lines = [
    `FROM ${buildName(from.parent)}`, `RUN echo 'keycloak:x:1000:0:keycloak:/opt/keycloak:/bin/bash' >> /etc/passwd`, 'COPY --chown=1000:0 . /opt/keycloak', 'USER 1000',
    ...configChanges(recipe.config), `LABEL ${rigLabel}=image ${rigLabel}.key=${key}`,
  ]
  await docker(places, ['build', '--file', '-', '--tag', buildName(recipe.name), distribution], { input: `${lines.join('\n')}\n`, log })
}

/**
 * Container, script, commit: unlike a build from a Dockerfile it can be lent folders, so neither package lists nor downloads nor anything
 * of this machine ends up in a layer.
 */
async function buildByScript(recipe: ImageRecipe, from: Of<'script'>, building: Building): Promise<void> {
  const { places, says, log } = building
  const lent = await lendApt(places, 'bookworm')
  const name = `cc-ci-rig-build-${recipe.name}`
  await docker(places, ['rm', '--force', name], { mayExit: [1] })
  await docker(places, [
    'create', '--name', name, '--label', `${rigLabel}=build`, '--network', 'host', '--tmpfs', '/run', '--volume', `${lent.folder}:/run/apt`,
    '--entrypoint', 'sh', buildName(from.parent), '-euc', `. /run/apt/env\n${from.script}`,
  ], { log })
  try {
    if (from.files) await docker(places, ['cp', `${from.files}/.`, `${name}:/`], { log })
    if (from.program) await docker(places, ['cp', '--follow-link', from.program.from, `${name}:${from.program.path}`], { log })
    says(`running its script in ${buildName(from.parent)}`)
    await docker(places, ['start', '--attach', name], { log })
    const { stdout } = await docker(places, ['commit', name], { log })
    await finish(recipe, stdout.trim(), building)
  } finally {
    await docker(places, ['rm', '--force', '--volumes', name], { mayExit: [1] })
  }
}

async function buildGo(recipe: ImageRecipe, from: Of<'go'>, building: Building): Promise<void> {
  const binary = await buildGoProgram(from, building)
  const context = await scratchFolder(building.places, recipe.name)
  try {
    await copyFile(binary, join(context, from.program))
    await mkdir(join(context, 'tmp'))
    await packAndImport(recipe, context, building)
  } finally {
    await rm(context, { recursive: true })
  }
}

async function buildBusybox(recipe: ImageRecipe, from: Of<'busybox'>, building: Building): Promise<void> {
  const { places, log } = building
  const lent = await lendApt(places, 'bookworm')
  const context = await scratchFolder(places, recipe.name)
  try {
    await mkdir(join(context, 'bin'))
    const { stdout } = await docker(places, [
      'run', '--rm', '--label', `${rigLabel}=build`, '--network', 'host', '--tmpfs', '/run', '--volume', `${lent.folder}:/run/apt`, '--volume', `${join(context, 'bin')}:/out`,
      '--entrypoint', 'sh', buildName(from.parent), '-euc', '. /run/apt/env\napt-get -qq update >&2\napt-get -qq install --yes busybox-static >&2\ncp /bin/busybox /out/\nbusybox --list',
    ], { log })
    for (const applet of stdout.trim().split('\n')) if (applet !== 'busybox') await symlink('busybox', join(context, 'bin', applet))
    for (const folder of ['etc', 'tmp', 'root', 'var']) await mkdir(join(context, folder))
    await writeFile(join(context, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
    await writeFile(join(context, 'etc/group'), 'root:x:0:\n')
    await packAndImport(recipe, context, building)
  } finally {
    await rm(context, { recursive: true })
  }
}

async function packAndImport(recipe: ImageRecipe, folder: string, building: Building): Promise<void> {
  const { log } = building
  const tar = `${folder}.tar`
  await run('chmod', ['1777', join(folder, 'tmp')])
  await run('chmod', ['755', folder])
  await run('tar', ['--owner=0', '--group=0', '-C', folder, '-cf', tar, '.'], { log })
  await importAs(recipe, tar, building)
  await rm(tar)
}

/** From the copy of the folder, so that what stands in the checkout's ignore rules or changes meanwhile does not matter. */
async function buildDockerfile(recipe: ImageRecipe, from: Of<'dockerfile'>, { places, says, log, key }: Building): Promise<void> {
  const context = await scratchFolder(places, recipe.name)
  try {
    await cp(from.context, context, { recursive: true })
    says('building its Dockerfile')
    await docker(places, ['build', '--label', `${rigLabel}=image`, '--label', `${rigLabel}.key=${key}`, '--tag', buildName(recipe.name), context], { log })
  } finally {
    if (existsSync(context)) await rm(context, { recursive: true })
  }
}

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeDeadTemporaries } from '../lib/temporary.ts'
import type { Settings } from '../settings/settings.ts'

/** Every folder in which a part of ours makes something under a temporary name. */
export async function removeAllDeadTemporaries(settings: Pick<Settings, 'stateFolder' | 'cacheFolder'>): Promise<void> {
  const runs = join(settings.stateFolder, 'runs')
  const sources = join(settings.cacheFolder, 'sources')
  const folders = [runs, join(settings.stateFolder, 'docker'), sources]
  const platform = join(settings.stateFolder, 'platform')
  for (const app of await namesIn(platform)) folders.push(join(platform, app), join(platform, app, 'recipe'))
  folders.push(...['', 'seen', 'relay'].map((name) => join(settings.stateFolder, 'alerts', name)))
  for (const run of await namesIn(runs)) folders.push(join(runs, run), join(runs, run, 'evidence'))
  for (const repository of await namesIn(sources)) if (repository.endsWith('.git')) folders.push(join(sources, repository))
  for (const folder of folders) await removeDeadTemporaries(folder)
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}

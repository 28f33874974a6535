import { openDocuments, openIndexes, nameOf, openManifest, packFile } from './generation.ts'
import type { Helpers } from './helpers.ts'
import type { StopFlag } from './stop-flag.ts'

export interface VerifyJob {
  job: 'verify'
  generation: string
}

/** Reads all of a generation back, past the page cache where that can be, and compares it with its manifest. */
export async function verify({ generation }: VerifyJob, helpers: Helpers, stop: StopFlag): Promise<void> {
  const manifest = openManifest(generation)
  const indexes = openIndexes(generation, manifest)
  openDocuments(generation, manifest)
  await helpers.verify({ generation: nameOf(generation), files: manifest.packs.map(({ name }) => packFile(generation, name)), indexes }, stop)
}

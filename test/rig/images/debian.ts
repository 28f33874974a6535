import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../command.ts'
import { searchPath } from '../host.ts'
import type { Places } from '../places.ts'
import { lendApt } from './apt.ts'
import { scratchFolder } from './scratch.ts'

interface Debian {
  release: string
  /** Runs in it at the end. */
  script: string
  packages?: string[]
}

/** The root of a minimal Debian as a tar file; made once, and kept. */
export async function debianTar(debian: Debian, { places, says, log }: { places: Places; says: (line: string) => void; log: string }): Promise<string> {
  const { release, script, packages = [] } = debian
  const done = join(places.built, `debian-${release}-${createHash('sha256').update(JSON.stringify([script, packages])).digest('hex').slice(0, 16)}.tar`)
  if (existsSync(done)) return done
  const lent = await lendApt(places, release)
  const root = await scratchFolder(places, `root-${release}`)
  says(`a minimal Debian ${release} with debootstrap${packages.length > 0 ? ` and ${packages.join(', ')}` : ''}`)
  const env = { ...process.env, PATH: searchPath().join(':') }
  const more = packages.length > 0 ? [`--include=${packages.join(',')}`] : []
  try {
    // Its mounts are its own: if it is killed they are gone with it, and removing the folder meets none.
    await run('unshare', ['--mount', '--propagation', 'private', 'debootstrap', '--variant=minbase', ...more, `--cache-dir=${join(lent.folder, 'archives')}`, release, root, lent.mirror], { env, log, nice: true })
    const archives = [`debian ${release}`, `debian ${release}-updates`, `debian-security ${release}-security`]
    await writeFile(join(root, 'etc/apt/sources.list'), archives.map((archive) => `deb http://deb.debian.org/${archive} main\n`).join(''))
    await run('chroot', [root, 'sh', '-eu', '-c', script], { env, log })
    await chmod(root, 0o755)
    const tar = `${root}.tar`
    await run('tar', ['--numeric-owner', '--one-file-system', '-C', root, '-cf', tar, '.'], { env, log })
    await mkdir(places.built, { recursive: true })
    await rename(tar, done)
    return done
  } finally {
    await rm(root, { recursive: true })
  }
}

import { mkdir, writeFile, copyFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../command.ts'
import { searchPath } from '../host.ts'
import type { Places } from '../places.ts'

/**
 * Packages for images come from where this machine gets its own: its Debian mirror, its apt proxy, its certificates. All of that is lent
 * to the container that installs them, in a folder that is not part of the image.
 */
export interface Lent {
  /** On the host; seen in the container at `/run/apt`. */
  folder: string
  mirror: string
}

const usual = 'http://deb.debian.org/debian'

export async function lendApt(places: Places, release: string): Promise<Lent> {
  const folder = join(places.built, `apt-${release}`)
  await mkdir(join(folder, 'lists/partial'), { recursive: true })
  await mkdir(join(folder, 'archives/partial'), { recursive: true })
  const env = { PATH: searchPath().join(':'), LC_ALL: 'C' }
  const targets = await run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)', 'Created-By: Packages'], { env })
  const found = targets.stdout.split('\n').map((line) => line.split(' ')).filter(([uri, name, component, origin]) =>
    uri && component === 'main' && origin === 'Debian' && (name === release || name === `${release}-updates` || name === `${release}-security`))
  const sources = found.length > 0
    ? [...new Set(found.map(([uri, name]) => `deb ${uri} ${name} main`))]
    : [`deb ${usual} ${release} main`, `deb ${usual} ${release}-updates main`, `deb ${usual}-security ${release}-security main`]
  await writeFile(join(folder, 'sources.list'), `${sources.join('\n')}\n`)
  const { stdout } = await run('apt-config', ['dump', '--no-empty'], { env })
  const lent = stdout.split('\n').filter((line) => /^Acquire::/.test(line) && !/^Acquire::(Languages|GzipIndexes|CompressionTypes|IndexTargets|https::CA)/.test(line))
  await writeFile(join(folder, 'apt.conf'), [
    ...lent,
    'Dir::Etc::sourcelist "/run/apt/sources.list";',
    'Dir::Etc::sourceparts "-";',
    'Dir::State::lists "/run/apt/lists";',
    'Dir::Cache::archives "/run/apt/archives";',
    'Dir::Cache::pkgcache "";',
    'Dir::Cache::srcpkgcache "";',
    'APT::Sandbox::User "root";',
    'APT::Install-Recommends "false";',
    'Binary::apt-get::APT::Keep-Downloaded-Packages "true";',
    'APT::Keep-Downloaded-Packages "true";',
    'Acquire::https::CAInfo "/run/apt/certificates.pem";',
    'DPkg::Use-Pty "0";',
    '',
  ].join('\n'))
  const certificates = '/etc/ssl/certs/ca-certificates.crt'
  if (existsSync(certificates)) await copyFile(certificates, join(folder, 'certificates.pem'))
  const proxies = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => {
    const value = process.env[name] ?? process.env[name.toUpperCase()]
    return value ? [`export ${name}='${value}'`] : []
  })
  await writeFile(join(folder, 'env'), `export APT_CONFIG=/run/apt/apt.conf DEBIAN_FRONTEND=noninteractive LC_ALL=C\n${proxies.join('\n')}\n`)
  const plain = found.find(([, name]) => name === release)
  return { folder, mirror: plain?.[0] ?? usual }
}

import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../command.ts'
import type { Part } from '../part.ts'
import type { Places } from '../places.ts'
import { domain } from '../places.ts'

/** A certificate authority for tests, and the wildcard certificate that it gave the proxy. */
export const authority: Part = {
  name: 'authority',
  is: `test CA and certificate for *.${domain}`,
  needs: ['packages'],
  byDefault: true,

  async up({ places, says }) {
    says('making the authority and its certificate')
    // Wholly or not at all: a certificate of one authority beside the root of another is worse than none.
    const folder = `${places.authority}.new`
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })
    await openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650', '-subj', '/CN=cc-ci test authority', '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-keyout', 'ca.key', '-out', 'ca.pem')
    await openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=*.${domain}`, '-keyout', 'proxy.key', '-out', 'proxy.csr')
    await writeFile(join(folder, 'extensions'), `subjectAltName=DNS:*.${domain},DNS:${domain}\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n`)
    await openssl('x509', '-req', '-in', 'proxy.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '800', '-extfile', 'extensions', '-out', 'proxy.pem')
    await rm(places.authority, { recursive: true, force: true })
    await rename(folder, places.authority)
  },

  async state({ places }) {
    return (await isFresh(places)) ? { up: true, where: join(places.authority, 'ca.pem') } : { up: false }
  },
}

const aWeek = 7 * 24 * 3600

async function isFresh(places: Places): Promise<boolean> {
  const certificate = join(places.authority, 'proxy.pem')
  if (!existsSync(certificate)) return false
  const { code } = await run('openssl', ['x509', '-checkend', String(aWeek), '-noout', '-in', certificate], { mayExit: [1] })
  return code === 0
}

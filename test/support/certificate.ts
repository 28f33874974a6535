import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../rig/command.ts'
import { temporaryFolder } from './cli.ts'

export interface TestCertificate {
  /** PEM, for the server. */
  cert: string
  key: string
  /** PEM, for whoever is to trust it. */
  ca: string
}

/** A certificate for 127.0.0.1 and localhost that nobody trusts who was not told to. */
export async function makeCertificate(): Promise<TestCertificate> {
  using folder = temporaryFolder('certificate')
  const at = (name: string) => join(folder.path, name)
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', at('key'), '-out', at('cert')])
  const cert = readFileSync(at('cert'), 'utf8')
  return { cert, ca: cert, key: readFileSync(at('key'), 'utf8') }
}

import { type ComposeReading, readCompose } from './compose/read.ts'

/** Reads one compose text for the tests of this folder, for the stack `note-1_ci` at `note-1.ci`. */
export function composed(text: string, env: Record<string, string> = {}): ComposeReading {
  return readCompose({ files: [{ path: 'compose.yml', text }], env: { STACK_NAME: 'note-1_ci', DOMAIN: 'note-1.ci', ...env }, proxyNetwork: 'proxy', readFile: () => '' })
}

/** The checkout as it would be cloned right now, uncommitted changes included: every file that git knows or would take, nothing built. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import path from 'node:path'

export function freshCheckout(root: string, destination: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  for (const file of listed.split('\0')) {
    // Removed and not committed yet: still listed.
    if (file && existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(destination, file), { verbatimSymlinks: true })
  }
}

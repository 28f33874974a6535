import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of our package.json: the checkout, or the installed package. `src/wiring` and `dist/wiring` are both two below it. */
export function packageFolder(): string {
  return join(dirname(fileURLToPath(import.meta.url)), '..', '..')
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }).version
}

/** How the program is called from this folder: in a checkout by its launcher, otherwise by its name. */
export function programFrom(folder: string): string {
  if (!isCheckout()) return 'cc-ci'
  const launcher = join(packageFolder(), 'cc-ci')
  const below = relative(folder, launcher)
  return below.startsWith('..') ? launcher : `./${below}`
}

/** True where we run from source, by the launcher in the folder itself. */
function isCheckout(): boolean {
  return existsSync(join(packageFolder(), 'src', 'wiring', 'main.ts')) && !packageFolder().includes('node_modules')
}

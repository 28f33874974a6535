import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of our package.json: the checkout, or the installed package. `src/wiring` and `dist/wiring` are both two below it. */
export function packageFolder(): string {
  return join(dirname(fileURLToPath(import.meta.url)), '..', '..')
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }).version
}

/** True where we run from source, by the launcher in the folder itself. */
export function isCheckout(): boolean {
  return existsSync(join(packageFolder(), 'src', 'wiring', 'main.ts')) && !packageFolder().includes('node_modules')
}

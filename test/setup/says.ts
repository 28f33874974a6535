/** Progress on standard output: plain lines, on a terminal also one line that is written over. */
import type { Says } from './run-jobs.ts'

/** ms between two lines of what is running, where there is no terminal: a log that stands still looks like a hang. */
const STILL_RUNNING_MS = 30_000

export function saysOnStdout(): Says {
  const terminal = process.stdout.isTTY
  let shown = false
  let lastLine = performance.now()
  const clear = (): void => {
    if (shown) process.stdout.write('\r\u001b[K')
    shown = false
  }
  return {
    line(text) {
      clear()
      lastLine = performance.now()
      process.stdout.write(`${text}\n`)
    },
    meanwhile(text) {
      if (terminal) {
        clear()
        if (!text) return
        process.stdout.write(text.slice(0, Math.max(20, (process.stdout.columns || 80) - 1)))
        shown = true
      } else if (text && performance.now() - lastLine >= STILL_RUNNING_MS) this.line(`… ${text}`)
    },
  }
}

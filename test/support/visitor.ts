import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Someone who looks at a page again and again, and remembers what came. */
export interface Visitor {
  /** Resolves once an answer has this in it. */
  sees(text: string): Promise<void>
  leave(): Promise<Seen>
}

export interface Seen {
  asked: number
  /** Without status 200. */
  lost: number
  /** Between two answers with status 200. */
  longestGapMs: number
  /** `200 the first line`, or what came instead. */
  first: string | undefined
  last: string | undefined
}

/** `through`: a command line that starts the visitor where the page can be reached. */
export function visit(given: { url: string; port: number; ca: string; through(argv: string[]): [string, ...string[]] }): Visitor {
  const [program, ...rest] = given.through([process.execPath, join(import.meta.dirname, 'visitor-program.ts'), given.url, String(given.port), given.ca])
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers: Array<{ at: number; says: string }> = []
  const waiting = new Set<() => void>()
  createInterface(child.stdout).on('line', (line) => {
    const at = line.indexOf(' ')
    answers.push({ at: Number(line.slice(0, at)), says: line.slice(at + 1) })
    for (const look of waiting) look()
  })
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()))
  return {
    sees: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!answers.at(-1)?.says.includes(text)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        void gone.then(() => reject(new Error(`the visitor left without having seen ${text}, and last saw: ${answers.at(-1)?.says}`)))
      }),
    async leave() {
      child.stdin.end()
      await gone
      const good = answers.filter(({ says }) => says.startsWith('200 '))
      const gaps = good.map(({ at }, index) => at - (good[index - 1]?.at ?? at))
      return { asked: answers.length, lost: answers.length - good.length, longestGapMs: Math.max(0, ...gaps), first: answers[0]?.says, last: answers.at(-1)?.says }
    },
  }
}

/** Files of tests as jobs, with the time they may take. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Job } from './job.ts'
import { runTestFile } from './run-test-file.ts'
import { readTimes } from './times.ts'

/**
 * Seconds by folder. A file that needs more says so near its top: `// time limit: 600 s, because …`; one that cannot share
 * the machine: `// runs alone, because …`.
 */
const LIMITS: [folder: string, seconds: number][] = [
  ['src/', 60],
  ['test/house/', 60],
  ['test/contract/', 600],
  ['test/scenario/', 600],
  ['test/system/', 900],
  ['test/', 300],
]

export function testJobs(root: string, files: string[]): Job[] {
  const times = readTimes(root)
  return files.map((file) => {
    const limitMs = limitOf(root, file)
    return {
      title: file,
      expectedMs: times[file] ?? limitMs / 10,
      limitMs,
      alone: /^\W*runs alone, because \w/m.test(headOf(root, file)),
      run: (signal) => runTestFile({ root, file, limitMs, signal }),
    }
  })
}

/** ms */
export function limitOf(root: string, file: string): number {
  const said = /^\W*time limit: (\d+) s, because \w/m.exec(headOf(root, file))?.[1]
  return 1000 * (said ? Number(said) : LIMITS.find(([folder]) => file.startsWith(folder))?.[1] ?? 60)
}

/**
 * Parts of the rig that do not come up by default and that a file's own host would have to make: `// optional parts: image:traefik-3.0.4`. Brought up once,
 * they are copied by every such host, today and tomorrow.
 */
export function optionalParts(root: string, file: string): string[] {
  return /^\W*optional parts: (.+)$/m.exec(headOf(root, file))?.[1]?.split(/[, ]+/) ?? []
}

function headOf(root: string, file: string): string {
  return readFileSync(path.join(root, file), 'utf8').slice(0, 2000)
}

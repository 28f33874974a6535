/** What each job took the last time, kept in the checkout's cache: only for the order in which they begin. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { JobResult } from './job.ts'

export function readTimes(root: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(fileOf(root), 'utf8')) as Record<string, number>
  } catch {
    return {}
  }
}

export function keepTimes(root: string, results: JobResult[]): void {
  const times = { ...readTimes(root), ...Object.fromEntries(results.map(({ title, ms }) => [title, Math.round(ms)])) }
  mkdirSync(path.dirname(fileOf(root)), { recursive: true })
  writeFileSync(fileOf(root), JSON.stringify(times, null, 2))
}

function fileOf(root: string): string {
  return path.join(root, '.cache/test-times.json')
}

import { posix } from 'node:path'

/** A path as a program in a container would see it, and the path here that stands for it. */
export interface PathPair {
  inside: string
  here: string
}

/**
 * Turns paths of a container into paths of this machine, wherever one begins in a text: `/data` and `/data/x`, also in `--to=/data/x` or in
 * a shell command, but neither `/database` nor `http://host/data`.
 */
export function translate(text: string, pairs: readonly PathPair[]): string {
  if (pairs.length === 0) return text
  const longestFirst = [...pairs].sort((a, b) => b.inside.length - a.inside.length)
  const any = longestFirst.map(({ inside }) => inside.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  return text.replace(new RegExp(`(?<![\\w./-])(${any})(?![\\w.-])`, 'g'), (_, inside: string) => pairs.find((pair) => pair.inside === inside)!.here)
}

/** The pair that `path` lies in and what follows it; undefined where it lies in none. The path is made plain first: `..` leads nowhere else. */
export function pairOf(path: string, pairs: readonly PathPair[]): { pair: PathPair; rest: string } | undefined {
  const plain = posix.normalize(path)
  const [pair] = pairs.filter(({ inside }) => plain === inside || plain.startsWith(`${inside}/`)).sort((a, b) => b.inside.length - a.inside.length)
  return pair && { pair, rest: plain.slice(pair.inside.length + 1) }
}

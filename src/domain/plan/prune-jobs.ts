import type { Place } from '../model/problem.ts'

/** A scheduled command that tidies up behind Docker's back. */
export interface PruneJob {
  place: Place
  command: string
  /**
   * `takes-volumes`: it removes volumes that no container uses, which is what every undeployed app's data is (trap 24). `takes-volumes-before-23`: an engine
   * before Docker 23 does that (20.10 is one); a later one takes those without a name alone, unless it is told `volume prune --all`. `fails`: Docker refuses these
   * options together, so that it has never removed anything, and nobody saw. `harmless`: it leaves volumes alone.
   */
  is: 'takes-volumes' | 'takes-volumes-before-23' | 'fails' | 'harmless'
}

/** The prune commands in crontabs, scripts and units; commented lines do not count. */
export function pruneJobsIn(files: ReadonlyMap<string, string>): PruneJob[] {
  const found: PruneJob[] = []
  for (const [file, text] of files) {
    for (const [index, line] of text.split('\n').entries()) {
      if (/^\s*[#;]/.test(line)) continue
      const at = /\bdocker\s+(?:-\S+\s+(?:[^-\s]\S*\s+)??)*(system|volume)\s+prune\b([^|;&]*)/.exec(line)
      if (at) found.push({ place: { file, line: index + 1, column: at.index + 1 }, command: at[0].trim(), is: judge(at[1]!, at[2]!) })
    }
  }
  return found
}

function judge(what: string, options: string): PruneJob['is'] {
  const takesVolumes = what === 'volume' || /(^|\s)--volumes(=true)?(\s|$)/.test(options)
  if (!takesVolumes) return 'harmless'
  if (/--filter[=\s]+["']?until=/.test(options)) return 'fails'
  // Of `system prune`, --all means images.
  return what === 'volume' && /(^|\s)(--all(=true)?|-[a-z]*a[a-z]*|--filter[=\s]+["']?all=(1|true)["']?)(\s|$)/.test(options) ? 'takes-volumes' : 'takes-volumes-before-23'
}

import type { BackupSource } from '../../../ports/backup.ts'

/**
 * What runs inside the job: one POSIX shell script per call, handed over as a file. Tried with restic 0.14 and 0.18.
 *
 * Inside the job, below `root`:
 *
 *     private/    the password and the script
 *     scratch/    the run's own volume: the repository, and room to restore aside
 *     volumes/    the app's volumes by compose key
 */

/** restic's exit code for "the snapshot is there, but not all could be read". */
export const INCOMPLETE = 3
/** Exit codes of our own; restic's others are below 20, or 130. */
export const LEADS_THROUGH_LINK = 65
export const MISSING = 66
export const DAMAGED = 67

export interface Places {
  password: string
  script: string
  /** The list of what was stored, as `sha256sum` wrote it. */
  stored: string
  scratch: string
  repository: string
  aside: string
  volumes: string
}

export function placesBelow(root: string, repository: string): Places {
  return {
    password: `${root}/private/password`,
    script: `${root}/private/job.sh`,
    stored: `${root}/private/stored`,
    scratch: `${root}/scratch`,
    repository: `${root}/scratch/${repository}`,
    aside: `${root}/scratch/aside`,
    volumes: `${root}/volumes`,
  }
}

export function placeOf({ volumes }: Places, { volume, path }: BackupSource): string {
  return path === '.' ? `${volumes}/${volume}` : `${volumes}/${volume}/${path}`
}

/**
 * Each source is looked for first: restic would leave out what is missing, say so in passing and end well (trap 20).
 * At the end comes the list of what is stored, with hashes, against which every later call compares it.
 */
export function saveScript(places: Places, sources: BackupSource[]): string {
  return [
    ...common,
    ...sources.map((source) => lookFor(places, source)),
    'restic version',
    'restic init --quiet >&2',
    `code=0; restic backup --json --quiet --host cc-ci -- ${sources.map((source) => quoted(placeOf(places, source))).join(' ')} || code=$?`,
    `[ "$code" = 0 ] || [ "$code" = ${INCOMPLETE} ] || exit "$code"`,
    'restic check --no-lock --quiet >&2',
    'cd "$RESTIC_REPOSITORY"',
    "find . -type f ! -path './locks/*' -exec sha256sum {} +",
    'exit "$code"',
  ].join('\n')
}

export function entriesScript(places: Places, id: string): string {
  return [...common, `whole ${quoted(places.stored)}`, `restic ls --no-lock --json ${quoted(id)}`].join('\n')
}

/**
 * restic 0.14 cannot delete what came later, and fails on links that exist; newer ones can (`--delete`), and still fail where a link
 * has become a full folder. So, for all: the backup is restored aside first, then what is not in it or has become something
 * else is removed, then restic writes the rest in place, because the app runs and may hold files open. Files with several
 * names are removed as well: writing one would change the others. Sockets stay: they hold no data, and restic makes none.
 */
export function restoreScript(places: Places, id: string, sources: BackupSource[]): string {
  const includes = sources.map((source) => `--include ${quoted(asPattern(placeOf(places, source)))}`).join(' ')
  const restore = `restic restore --no-lock --verify ${includes} ${quoted(id)}`
  return [
    ...common,
    `whole ${quoted(places.stored)}`,
    ...sources.map((source) => makeWayTo(places, source)),
    `aside=${quoted(places.aside)}`,
    'export aside',
    'rm -rf -- "$aside"',
    `${restore} --target "$aside" >&2`,
    ...sources.map((source) => `tidy ${quoted(placeOf(places, source))}`),
    `${restore} --target / >&2`,
    'rm -rf -- "$aside"',
  ].join('\n')
}

const common = [
  'set -eu',
  'cd /',
  '',
  '# way NAME FOLDER…: the folders that lead to a source must be folders.',
  'way() {',
  '  name="$1"',
  '  shift',
  '  for folder do',
  `    if [ -L "$folder" ] || { [ -e "$folder" ] && [ ! -d "$folder" ]; }; then printf 'ccci: %s\\n' "$name" >&2; exit ${LEADS_THROUGH_LINK}; fi`,
  '  done',
  '}',
  '',
  '# look NAME PATH',
  'look() {',
  `  [ -e "$2" ] || [ -L "$2" ] || { printf 'ccci: %s\\n' "$1" >&2; exit ${MISSING}; }`,
  '}',
  '',
  '# whole LIST: every stored file is still what it was after the backup. Not left to restic: it reads a file that is damaged or',
  '# gone again and again, for a quarter of an hour.',
  'whole() {',
  '  cd "$RESTIC_REPOSITORY"',
  `  said="$(sha256sum -c "$1" 2>&1)" || { printf '%s\\n' "$said" | grep -v ': OK$' >&2; exit ${DAMAGED}; }`,
  '  cd /',
  '}',
  '',
  '# tidy PATH: removes what the backup, restored aside, does not have there in the same kind.',
  'tidy() {',
  '  [ -e "$1" ] || [ -L "$1" ] || return 0',
  "  find \"$1\" -depth -exec sh -c '",
  '    for path do',
  '      saved="$aside$path"',
  '      if [ ! -L "$path" ] && [ ! -L "$saved" ]; then',
  '        if [ -d "$path" ] && [ -d "$saved" ]; then continue; fi',
  '        if [ -f "$path" ] && [ -f "$saved" ] && [ -z "$(find "$path" -links +1)" ]; then continue; fi',
  '      fi',
  '      [ -S "$path" ] || rm -rf -- "$path"',
  '    done',
  "  ' sh {} +",
  '}',
  '',
]

function lookFor(places: Places, source: BackupSource): string {
  return [wayTo(places, source), `look ${quoted(named(source))} ${quoted(placeOf(places, source))}`].join('\n')
}

/** What leads to a source is made when it is gone, with the usual mode: it is not part of what was saved. */
function makeWayTo(places: Places, source: BackupSource): string {
  const folder = foldersTo(places, source).at(-1)
  return [wayTo(places, source), ...(folder ? [`mkdir -p -- ${quoted(folder)}`] : [])].join('\n')
}

function wayTo(places: Places, source: BackupSource): string {
  return `way ${[named(source), ...foldersTo(places, source)].map(quoted).join(' ')}`
}

function foldersTo(places: Places, { volume, path }: BackupSource): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => placeOf(places, { volume, path: parts.slice(0, index + 1).join('/') }))
}

function named({ volume, path }: BackupSource): string {
  return JSON.stringify(path === '.' ? volume : `${volume}/${path}`)
}

/** restic reads `--include` as a pattern. */
function asPattern(path: string): string {
  return path.replace(/[\\*?[\]]/g, '\\$&')
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

import type { StackService } from '../model/stack.ts'
import type { ServiceName } from '../model/app.ts'

export type DatabaseKind = 'postgres' | 'mariadb' | 'redis'

/**
 * How we put a marker into a database and find it again, with the programs that its own image brings. The password never
 * leaves the container: the shell inside reads it from where the image's conventions put it.
 *
 * A marker is a row `name → value` in a table of ours (a key, on Redis). Names and values are made of `[a-z0-9-]` only,
 * which is why they may stand in a statement.
 */
export interface DatabaseCommands {
  write(name: string, value: string): [string, ...string[]]
  /** Prints the value, or nothing where there is none. */
  read(name: string): [string, ...string[]]
}

const IMAGES: Array<{ kind: DatabaseKind; repository: RegExp }> = [
  { kind: 'postgres', repository: /(^|\/)(postgres|postgis|pgvector|timescaledb|postgresql|pgautoupgrade)(-(ha|repmgr|server|postgis|pgvector|\d+))*$/ },
  { kind: 'mariadb', repository: /(^|\/)(mariadb|mysql|percona)(-server)?$/ },
  { kind: 'redis', repository: /(^|\/)(redis|valkey|keydb|redis-stack-server)$/ },
]

/** What kind of database an image is by its repository's name; undefined: none that we know. */
export function databaseKind(repository: string): DatabaseKind | undefined {
  return IMAGES.find((entry) => entry.repository.test(repository))?.kind
}

export function isDatabaseKind(kind: string): kind is DatabaseKind {
  return IMAGES.some((entry) => entry.kind === kind)
}

export function databaseServices(services: Record<ServiceName, StackService>, repositoryOf: (service: ServiceName) => string | undefined): Array<{ service: ServiceName; kind: DatabaseKind }> {
  return Object.keys(services).flatMap((service) => {
    const repository = repositoryOf(service)
    const kind = repository === undefined ? undefined : databaseKind(repository)
    return kind ? [{ service, kind }] : []
  })
}

const SAFE = /^[a-z0-9-]+$/

export function commandsFor(kind: DatabaseKind): DatabaseCommands {
  return { write: (name, value) => shell(WRITE[kind], safe(name), safe(value)), read: (name) => shell(READ[kind], safe(name)) }
}

function shell(script: string, ...values: string[]): [string, ...string[]] {
  return ['sh', '-euc', script, 'cc-ci', ...values]
}

function safe(text: string): string {
  if (!SAFE.test(text)) throw new Error(`a marker's name or value must match ${SAFE}: ${text}`)
  return text
}

/*
 * INVARIANTS
 * - Every answer is first put into a variable by itself: a shell with `-e` ends there when the command failed. A failed command inside a
 *   test or in the middle of a pipe would look like "not there" (trap 41).
 * - The shell is whatever the image brings: nothing but POSIX.
 */

/** As the images' own entry points have it: NAME_FILE names a file that holds the value. */
const SECRET = (name: string) => `$(if [ -n "\${${name}_FILE:-}" ]; then cat "$${name}_FILE"; else printf %s "\${${name}:-}"; fi)`

const FAIL = 'fail() { printf "%s\\n" "$*" >&2; exit 1; }'

const PSQL = [
  `PGPASSWORD="${SECRET('POSTGRES_PASSWORD')}"`,
  'export PGPASSWORD',
  `user="${SECRET('POSTGRES_USER')}"`,
  `base="${SECRET('POSTGRES_DB')}"`,
  'user="${user:-postgres}"',
  // -w: a question for a password would wait for somebody to type it.
  'run() { psql -X -q -w -v ON_ERROR_STOP=1 -U "$user" -d "${base:-$user}" -tA -c "$1"; }',
].join('\n')

const MYSQL = [
  `MYSQL_PWD="${SECRET('MARIADB_ROOT_PASSWORD')}"`,
  `[ -n "$MYSQL_PWD" ] || MYSQL_PWD="${SECRET('MYSQL_ROOT_PASSWORD')}"`,
  'user=root',
  `base="${SECRET('MARIADB_DATABASE')}"`,
  `[ -n "$base" ] || base="${SECRET('MYSQL_DATABASE')}"`,
  `if [ -z "$MYSQL_PWD" ]; then MYSQL_PWD="${SECRET('MARIADB_PASSWORD')}"; user="${SECRET('MARIADB_USER')}"; fi`,
  `if [ -z "$MYSQL_PWD" ]; then MYSQL_PWD="${SECRET('MYSQL_PASSWORD')}"; user="${SECRET('MYSQL_USER')}"; fi`,
  'export MYSQL_PWD',
  'client="$(command -v mariadb || command -v mysql)" || fail "there is no mariadb and no mysql in its image"',
  'run() { "$client" -N -B -u "${user:-root}" "${base:-mysql}" -e "$1"; }',
].join('\n')

/** redis-cli answers an error with exit code 0 and the error as if it were a value: only what can be an answer is taken for one. */
const REDIS = [
  'client="$(command -v redis-cli || command -v valkey-cli || command -v keydb-cli)" || fail "there is no redis-cli in its image"',
  `REDISCLI_AUTH="${SECRET('REDIS_PASSWORD')}"`,
  'if [ -n "$REDISCLI_AUTH" ]; then export REDISCLI_AUTH; else unset REDISCLI_AUTH; fi',
  'run() { "$client" --raw "$@"; }',
].join('\n')

/** Redis as a cache that is never written to disk: whatever we put there would be lost by nobody's fault. */
const KEEPS = [
  'appends="$(run CONFIG GET appendonly)"',
  'saves="$(run CONFIG GET save)"',
  `if [ "$appends" = "$(printf 'appendonly\\nno')" ] && [ "$saves" = save ]; then fail "it is set to keep nothing on disk (appendonly no, save empty)"; fi`,
].join('\n')

const WRITE: Record<DatabaseKind, string> = {
  postgres: `${PSQL}\nrun "SET client_min_messages=error; CREATE TABLE IF NOT EXISTS cc_ci_marker (name text PRIMARY KEY, value text NOT NULL); INSERT INTO cc_ci_marker VALUES ('$1', '$2') ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value"`,
  mariadb: `${FAIL}\n${MYSQL}\nrun "CREATE TABLE IF NOT EXISTS cc_ci_marker (name varchar(64) PRIMARY KEY, value varchar(128) NOT NULL); REPLACE INTO cc_ci_marker VALUES ('$1', '$2')"`,
  redis: `${FAIL}\n${REDIS}\n${KEEPS}\nsaid="$(run SET "cc-ci-marker:$1" "$2")"\n[ "$said" = OK ] || fail "$said"`,
}

const READ: Record<DatabaseKind, string> = {
  postgres: `${PSQL}\nthere="$(run "SELECT to_regclass('cc_ci_marker') IS NOT NULL")"\n[ "$there" = t ] || exit 0\nrun "SELECT value FROM cc_ci_marker WHERE name = '$1'"`,
  mariadb: `${FAIL}\n${MYSQL}\nthere="$(run "SHOW TABLES LIKE 'cc_ci_marker'")"\n[ -n "$there" ] || exit 0\nrun "SELECT value FROM cc_ci_marker WHERE name = '$1'"`,
  redis: `${FAIL}\n${REDIS}\nsaid="$(run GET "cc-ci-marker:$1")"\ncase "$said" in *[!a-z0-9-]*) fail "$said" ;; esac\nprintf '%s\\n' "$said"`,
}

/**
 * What recipes say and what abra makes of it, one statement per row, each proven by a test: `proven('id', …)` in this folder, or one elsewhere by
 * its title. docs/recipe/what-is-read.md is made of this table.
 */
export interface Statement {
  id: string
  /** One sentence, as a maintainer would say it. */
  says: string
  /** Where a fixture shows it: the file, and a text that stands in it. */
  shown?: [file: string, text: string]
  /** The test that proves it, where it is not in this folder: the file, and the test's title, or a part of it that stands there alone. */
  elsewhere?: [file: string, title: string]
}

export interface Chapter {
  title: string
  statements: Statement[]
}

const wild = 'fixtures/reading/wild'
const everything = 'fixtures/reading/everything'
const swarm = 'test/contract/engine-swarm'

export const CHAPTERS: Chapter[] = [
  {
    title: 'Compose files',
    statements: [
      { id: 'compose/version', says: 'Files say version 3.8; another one is a warning (R001).', shown: [`${everything}/compose.yml`, 'version: "3.8"'] },
      { id: 'compose/no-version', says: 'A file without a version is read as the newest, and its overlays with it.', shown: [`${wild}/compose.yml`, '# No version here'] },
      { id: 'compose/service-app', says: 'The main service is called `app` and stands on the network of the proxy, the others on a network of the stack.', shown: [`${everything}/compose.yml`, 'networks: [proxy, internal]'] },
      { id: 'compose/another-front', says: 'Another service than `app` may be the one that visitors reach.', shown: [`${wild}/compose.yml`, 'networks: [proxy, internal]'] },
      { id: 'compose/proxy-network', says: 'The network `proxy` is external and has no name of its own: it is the one that the host shares.', shown: [`${wild}/compose.yml`, 'external: true'] },
      { id: 'compose/ambiguous-alias', says: 'On the shared network the bare name of a service may lead to another app, and is warned of.', elsewhere: ['src/domain/recipe/ambiguous-alias.test.ts', 'T37: a bare service name on the network that all apps share may lead to another app'] },
      { id: 'compose/full-alias', says: 'A sibling is addressed as `${STACK_NAME}_<service>`, in a template as `{{ env "STACK_NAME" }}_<service>`: nothing is said of that.', shown: [`${wild}/nginx.conf.tmpl`, '{{ env "STACK_NAME" }}_app'] },
      { id: 'compose/interpolation', says: 'Values may hold `${VAR}`, `${VAR:-default}` and a bare `$VAR`.', shown: [`${wild}/compose.yml`, 'GREETING=$GREETING, neighbour'] },
      { id: 'compose/passed-through', says: 'A bare entry in the list of an environment passes the variable of that name through.', shown: [`${wild}/compose.yml`, '- SONIC_PASSWORD'] },
      { id: 'compose/escaped-dollar', says: '`$$` is a dollar sign, also before a brace.', shown: [`${wild}/compose.yml`, '$${1}'] },
      { id: 'compose/variable-image', says: 'Registry, name and tag of an image may come from variables, with or without defaults.', shown: [`${wild}/compose.yml`, '${REGISTRY:-docker.io}/garden/api:${API_VERSION:-1.4}${API_FLAVOUR}'] },
      { id: 'compose/nested-default', says: 'A variable inside a default is not expanded; the default ends at the first closing brace, and that is warned of.', shown: [`${wild}/compose.yml`, '${LIMIT:-${GREETING}}'] },
      { id: 'compose/labels-both-forms', says: 'Labels are a list in one place and a map in another, within a recipe and across its overlays.', shown: [`${everything}/compose.postgres.yml`, 'backupbot.restore.post-hook: /pg_backup.sh restore'] },
      { id: 'compose/environment-both-forms', says: 'So are environments; an overlay adds to the environment of the service it names.', shown: [`${wild}/overlays/compose.db.yml`, 'POSTGRES_DB: garden'] },
      { id: 'compose/anchors', says: 'Anchors, aliases and merge keys are read; what a map says itself wins over what it merges.', shown: [`${wild}/overlays/compose.db.yml`, '<<: *database'] },
      { id: 'compose/incomplete-base', says: 'compose.yml alone may be incomplete: it may depend on a service that only an overlay has.', shown: [`${wild}/compose.yml`, 'depends_on: [db]'] },
      { id: 'compose/extensions', says: 'Blocks whose key begins with `x-` are anybody\'s own.', shown: [`${everything}/compose.yml`, 'x-logging: &quiet'] },
      { id: 'compose/tmpfs-volume', says: 'Volumes have a long form, also for tmpfs; `tmpfs` and `read_only` are keys of their own.', shown: [`${wild}/compose.yml`, 'tmpfs: { size: 1048576 }'] },
      { id: 'compose/host-port', says: 'Ports have a long form, in which they may lead to the host itself.', shown: [`${wild}/compose.yml`, 'mode: host'] },
      { id: 'compose/operation', says: '`logging`, `stop_grace_period` and `deploy.placement` are handed on as they are.', shown: [`${wild}/compose.yml`, 'stop_grace_period: 90s'] },
      { id: 'compose/no-replicas', says: 'A service with no replicas is one that is there and does not run.', shown: [`${wild}/compose.yml`, 'replicas: 0'] },
      { id: 'compose/schema-before-variables', says: 'abra checks the files before it replaces variables: a time (`stop_grace_period`, `start_period`) cannot come from the environment, and is refused.' },
      { id: 'compose/ignored-by-swarm', says: '`depends_on`, `restart` and `shm_size` do nothing on a Swarm: the last two are warned of, the first is how recipes document themselves.', shown: [`${wild}/compose.yml`, 'depends_on: [db]'] },
      { id: 'compose/overlay-in-folder', says: 'An overlay may lie in a folder; the paths it names begin at the recipe all the same.', shown: [`${wild}/overlays/compose.db.yml`, 'file: overlays/pg_backup.sh'] },
    ],
  },
  {
    title: '.env.sample',
    statements: [
      { id: 'env/assignment', says: 'A line is `NAME=value`; `export` before it does nothing and is warned of.', shown: [`${everything}/.env.sample`, 'TIMEOUT=300'] },
      { id: 'env/quotes', says: 'A value is bare, in double quotes, or in single quotes, in which backticks stand for themselves.', shown: [`${everything}/.env.sample`, "GREETING='Costs $5, or `nothing`'"] },
      { id: 'env/extra-domains', says: 'Further domains begin with a comma, because they are put behind the first one inside the rule.', shown: [`${everything}/.env.sample`, "EXTRA_DOMAINS=', `www.library.example.com`'"] },
      { id: 'env/grows', says: 'A name may be set again and refer to what it was: the file is read from top to bottom, with `$NAME` expanded in double quotes.', shown: [`${everything}/.env.sample`, 'COMPOSE_FILE="$COMPOSE_FILE:postgres/compose.tune.yml"'] },
      { id: 'env/list-at-once', says: 'Older recipes give the whole list of compose files at once, with colons between.', shown: [`${wild}/.env.sample`, 'COMPOSE_FILE=compose.yml:overlays/compose.db.yml'] },
      { id: 'env/no-list', says: 'Without `COMPOSE_FILE` it is compose.yml alone.', shown: ['fixtures/reading/plain/docker-compose.yml', 'services:'] },
      { id: 'env/blanks', says: 'A bare value may hold blanks.', shown: [`${wild}/.env.sample`, 'MOUNTS=/ /var/lib/docker'] },
      { id: 'env/comment', says: 'What follows a `#` after a value is a comment; inside a bare value a `#` is read as part of it, and warned of.', shown: [`${wild}/.env.sample`, 'SONIC_PASSWORD=sing # known'] },
      { id: 'env/last-line', says: 'The last line counts whether or not a newline follows it.', shown: [`${everything}/.env.sample`, 'LIBRARY_LAST=1'], elsewhere: ['src/domain/recipe/env-sample.test.ts', 'the last line needs no newline'] },
      { id: 'env/common-names', says: '`TYPE`, `DOMAIN`, `LETS_ENCRYPT_ENV`, `TIMEOUT`, `ENABLE_BACKUPS` are plain settings; `STACK_NAME` and `DOMAIN` are the app\'s own, whatever the file says.', shown: [`${everything}/.env.sample`, 'ENABLE_BACKUPS=true'] },
      { id: 'env/pinned-type', says: '`TYPE` may carry a version behind a colon; at a deploy it is `<recipe>:<version>`.', shown: [`${wild}/.env.sample`, 'TYPE=garden:0.3.1+1.4'] },
      { id: 'env/secret-modifiers', says: 'The comment behind a secret\'s version says how to make it: `length=`, `charset=`, `generate=false` for one that somebody must insert.', shown: [`${wild}/.env.sample`, 'SECRET_HMAC=v1 # length=64 charset=hex'] },
      { id: 'env/passphrase', says: 'With a length the secret is a password of that many characters, without one a passphrase.', elsewhere: ['src/domain/plan/small.test.ts', 'a password has the length and letters that were asked for, a passphrase has words'] },
      { id: 'env/commented-feature', says: 'A feature that is commented out is its overlay, its secrets\' versions and its variables together; they are optional, and known by what their comments say.', shown: [`${wild}/.env.sample`, '#SSO_SECRET_VERSION=v1 # generate=false'] },
    ],
  },
  {
    title: 'Secrets',
    statements: [
      { id: 'secrets/external', says: 'A secret is external and named `${STACK_NAME}_<secret>_<version>`.', shown: [`${everything}/compose.yml`, 'name: ${STACK_NAME}_session_key_${SECRET_SESSION_KEY_VERSION}'] },
      { id: 'secrets/target', says: 'It is mounted at /run/secrets under its target, which need not be its key.', shown: [`${wild}/compose.yml`, 'target: hmac-secret'] },
      { id: 'secrets/version-variable', says: 'Which variable holds its version cannot be told from its key: it is read from the name, whatever the variable is called.', shown: [`${everything}/compose.yml`, 'name: ${STACK_NAME}_ssl_key_${SECRET_WILDCARD_KEY_VERSION}'] },
      { id: 'secrets/active-overlays', says: 'Only the secrets of the overlays that are active must be there.', shown: [`${wild}/overlays/compose.sso.yml`, 'secrets: [sso_secret]'] },
      { id: 'secrets/default-version', says: 'The version may be a default in the name: the secret is needed although no line of the environment speaks of it.', shown: [`${everything}/compose.postgres.yml`, '${SECRET_DB_PASSWORD_VERSION:-v1}'] },
      { id: 'secrets/new-version', says: 'A secret never changes: a new version is another secret. One without a version in its name is warned of.' },
      { id: 'secrets/in-environment', says: 'Passwords that stand in the environment or in the compose file, where they should not, are read like any other value.', shown: [`${wild}/compose.yml`, 'POSTGRES_PASSWORD=known to everybody'] },
    ],
  },
  {
    title: 'Configs and templates',
    statements: [
      { id: 'configs/name', says: 'A config is a file of the recipe named `${STACK_NAME}_<config>_<version>`, often a template, and executable where it is an entrypoint.', shown: [`${everything}/compose.yml`, 'template_driver: golang'] },
      { id: 'configs/version-from-abra-sh', says: 'Its version comes from an `export` in abra.sh; functions in that file and what they export are passed over.', shown: [`${wild}/abra.sh`, 'export NGINX_CONF_VERSION=v3'] },
      { id: 'configs/version-from-env', says: 'Or from the environment, or from a default in the name: then operators keep an old one, and that is warned of (R012).', shown: [`${wild}/compose.yml`, '${ROBOTS_VERSION:-v1}'] },
      { id: 'configs/version-needed', says: 'A config never changes either: one without a version in its name is warned of, because the next deploy with other content fails.', elsewhere: ['src/domain/recipe/lint.test.ts', 'T66: a config without a version in its name'] },
      { id: 'configs/template', says: 'Templates are rendered by Docker when a task starts; their text is handed on as it is, and only looked at for names of services.', shown: [`${wild}/nginx.conf.tmpl`, '{{ if eq (env "SSO_ENABLED") "1" }}'] },
      { id: 'configs/template-variable', says: 'A template sees the environment of its service: an overlay may be there only to add a variable to it.', shown: [`${wild}/overlays/compose.sso.yml`, 'SSO_ENABLED: "1"'] },
      { id: 'configs/hidden-variable', says: 'A template of `app` may read a variable that the compose file does not name: at a deploy all of the app\'s settings stand in that service\'s environment.' },
    ],
  },
  {
    title: "Labels of Co-op Cloud",
    statements: [
      { id: 'labels/version', says: '`coop-cloud.${STACK_NAME}.version` holds the version of the recipe; that of `app` counts.', shown: [`${wild}/compose.yml`, 'coop-cloud.${STACK_NAME}.version=0.3.1+1.4'] },
      { id: 'labels/malformed-version', says: 'A version that is empty, `latest` or of the form from before 2022 is none, and warned of.', shown: ['fixtures/reading/broken/compose.yml', 'coop-cloud.${STACK_NAME}.version=latest'] },
      { id: 'labels/timeout', says: '`coop-cloud.${STACK_NAME}.timeout` is how many seconds the app may take to come up.', shown: [`${wild}/compose.yml`, 'timeout=${TIMEOUT:-600}'] },
      { id: 'labels/under-deploy', says: 'They count under `deploy.labels` alone.', shown: [`${everything}/compose.yml`, 'coop-cloud.${STACK_NAME}.timeout=${TIMEOUT:-120}'] },
      { id: 'labels/others', says: 'Other labels of Co-op Cloud (`auto-update`) are handed on without a word.' },
      { id: 'labels/stack', says: 'What belongs to an app is found by Docker\'s own label of the stack, and by the run\'s.', elsewhere: [`${swarm}/deploy.test.ts`, 'everything that a deploy makes carries our labels and is in the inventory'] },
      { id: 'labels/recipe-and-chaos', says: '`recipe`, `chaos` and `chaos-version` are written at a deploy, on the service `app`.' },
    ],
  },
  {
    title: 'Labels of Traefik',
    statements: [
      { id: 'traefik/router', says: 'A router is switched on by `traefik.enable`, leads to a port, has a rule with `Host(…)`, an entry point and a resolver.', shown: [`${wild}/compose.yml`, 'traefik.http.services.${STACK_NAME}.loadbalancer.server.port=80'] },
      { id: 'traefik/extra-domains', says: 'Further domains stand in the same `Host(…)`, and a middleware leads them to the first.', shown: [`${wild}/compose.yml`, '-redirect.headers.SSLHost=${DOMAIN}'] },
      { id: 'traefik/network-and-middlewares', says: '`traefik.docker.network`, middlewares of files and of other stacks, and redirects are handed on as they are.', shown: [`${wild}/compose.yml`, 'security@file'] },
      { id: 'traefik/path', says: 'A router may take a path, with a priority, and strip it.', shown: [`${wild}/compose.yml`, 'PathPrefix(`/api`)'] },
      { id: 'traefik/tcp', says: 'A TCP router that takes everything has an entry point of its own.', shown: [`${wild}/compose.yml`, 'HostSNI(`*`)'] },
      { id: 'traefik/host-regexp', says: '`HostRegexp` names no host: such a router is refused, because it may answer for other people\'s.' },
      { id: 'traefik/own-names', says: 'Routers, services and middlewares are named `${STACK_NAME}`, or that and more behind a dash or an underscore: another name is refused, because another stack may have it.', shown: [`${wild}/compose.yml`, '${STACK_NAME}-strip'], elsewhere: ['src/domain/recipe/reach/refuse.test.ts', 'labels of the proxy that carry the name of the stack'] },
      { id: 'traefik/rule', says: 'A rule is made of matchers, texts in backticks, `&&`, `||`, `!` and brackets; comments and escapes, which Traefik would read, are refused (docs/recipe/reach.md).', elsewhere: ['src/domain/recipe/router-rule.test.ts', 'what Go reads otherwise, or not at all, is no rule'] },
      { id: 'traefik/many-routers', says: 'A recipe may have many routers, each to a port of its own.' },
      { id: 'traefik/no-resolver', says: 'An empty `LETS_ENCRYPT_ENV` leaves the resolver empty: no certificate is asked for, and the host\'s own is served.', shown: [`${wild}/compose.yml`, 'tls.certresolver=${LETS_ENCRYPT_ENV}'] },
      { id: 'traefik/published-port', says: 'A published port passes the proxy by; a host has it only once.', shown: [`${wild}/compose.yml`, 'published: 7835'] },
    ],
  },
  {
    title: 'Labels of backup-bot',
    statements: [
      { id: 'backup/opt-in', says: '`backupbot.backup` opts a service in, often through a variable.', shown: [`${wild}/overlays/compose.db.yml`, 'backupbot.backup=${ENABLE_BACKUPS:-true}'] },
      { id: 'backup/hooks', says: 'Hooks are commands inside the container, before and after a backup and a restore.', shown: [`${wild}/overlays/compose.db.yml`, 'backupbot.restore.pre-hook=true'] },
      { id: 'backup/path', says: '`backupbot.backup.path` names paths inside the container, with commas between.', elsewhere: ['src/domain/recipe/backup-labels.test.ts', 'version 1: absolute paths, and the old label for restore'] },
      { id: 'backup/volume-path', says: '`backupbot.backup.volumes.<volume>.path` names a path below the root of a volume.', shown: [`${wild}/overlays/compose.db.yml`, 'volumes.db-data.path=backup.sql'] },
      { id: 'backup/volume-left-out', says: '`backupbot.backup.volumes.<volume>=false` leaves a volume out.', shown: [`${wild}/overlays/compose.db.yml`, 'volumes.db-cache=false'] },
      { id: 'backup/all-volumes', says: 'With nothing but the opt-in all volumes of the service are saved.', elsewhere: ['src/domain/plan/coverage.test.ts', 'the bare label saves every volume of the service'] },
      { id: 'backup/no-secrets', says: 'backup-bot saves an app\'s secrets as well; a backup here holds volumes alone, because the secrets of a run end with it.' },
      { id: 'backup/script', says: 'A script that comes as a config dumps the database into its own volume and plays it back.', shown: [`${wild}/overlays/pg_backup.sh`, 'pg_dump garden'] },
      { id: 'backup/version-1', says: 'The first version knows hooks and absolute paths; before it, functions in abra.sh did the work, and nothing calls those.', shown: [`${wild}/abra.sh`, 'abra_backup_db()'] },
      { id: 'backup/wrong-place', says: 'Labels under `labels` instead of `deploy.labels` do nothing, and are named.', shown: ['fixtures/reading/broken/compose.yml', '- "backupbot.backup=true"'] },
      { id: 'backup/invented-label', says: 'A label that backup-bot does not know is named, with the one that was meant.', shown: ['fixtures/reading/broken/compose.yml', 'backupbot.backup.pre-hok=sync'] },
      { id: 'backup/lost-with-the-container', says: 'A path on no volume is gone with the container before anybody saves it, and is named.', shown: ['fixtures/reading/broken/compose.yml', 'backupbot.backup.path=/tmp/dump.sql'] },
      { id: 'backup/dump-and-no-restore', says: 'A service that dumps before a backup and does nothing after a restore keeps its live data, and is warned of.' },
    ],
  },
  {
    title: 'What abra does at a deploy, step by step',
    statements: [
      { id: 'abra/1-environment', says: 'The environment is the app\'s copy of .env.sample, read from top to bottom.' },
      { id: 'abra/2-not-there-yet', says: 'A plain deploy wants a name under which nothing runs: each run has its own, and a stack that is not ours is not deployed over.', elsewhere: [`${swarm}/deploy.test.ts`, 'T29: a stack that we did not make is neither deployed over nor removed'] },
      { id: 'abra/3-version', says: 'What is deployed has a version: a release\'s own, or, of a commit without a tag, the first eight letters of the commit.' },
      { id: 'abra/4-secrets-first', says: 'Every secret of the active files must be there before anything is deployed: one that nobody may make and nobody gave is named.' },
      { id: 'abra/5-abra-sh', says: 'The exports of abra.sh are laid over the environment before the compose files are read.' },
      { id: 'abra/6-compose-list', says: '`COMPOSE_FILE` is then what the environment says.' },
      { id: 'abra/7-merge', says: 'The files are merged in that order, and variables are replaced.' },
      { id: 'abra/7-schema', says: 'Each file is checked before its variables are replaced.' },
      { id: 'abra/8-labels', says: '`app` is labelled with the recipe, whether it is chaos, and the version; of chaos the version in the compose file stays, and the commit stands beside it.' },
      { id: 'abra/9-environment-of-app', says: 'All of the environment is put into `app` and into no other service, the recipe with its version among it; what the compose file says wins.' },
      { id: 'abra/10-missing-variables', says: 'A variable of the compose files that .env.sample lacks is only warned of, unless something is named by it.' },
      { id: 'abra/13-time-limit', says: 'The label `timeout` is the time limit, unless cc-ci.yml names one.' },
      { id: 'abra/14-nothing-is-pruned', says: 'Services that a new version dropped keep running.', elsewhere: ['test/contract/engine/deploy.ts', 'T31: a service that left the stack keeps running until it is removed by name'] },
      { id: 'abra/15-waits-for-services', says: 'Then every service is waited for, by what runs and not by how many.', elsewhere: ['src/domain/plan/converge.test.ts', 'T9: an old task that still runs is not the new version'] },
      { id: 'abra/lint-first', says: 'A release is linted before it is deployed; a version in a lightweight tag is an error there (R014).', elsewhere: ['src/domain/recipe/lint.test.ts', 'R014: a lightweight tag'] },
    ],
  },
]

export const STATEMENTS: Statement[] = CHAPTERS.flatMap(({ statements }) => statements)

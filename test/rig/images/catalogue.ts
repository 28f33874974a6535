import { realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { HOST_PACKAGES, HOST_RELEASE, hostScript } from '../../../src/domain/boot/prove/host-image.ts'
import { fixtureImages } from '../fixtures.ts'
import type { ImageRecipe } from './recipe.ts'

/** The images that recipes name, made from package registries. Their behaviour follows the official images as far as recipes rely on it. */

const files = (name: string) => join(import.meta.dirname, name)

const install = (packages: string) => `apt-get -qq update\napt-get -qq install --yes --no-install-recommends ${packages}\n`

/** Package scripts of a fresh system leave what only this machine needs: logs, caches, backup copies of the user lists. */
const tidy = `
rm -rf /var/log/*.log /var/log/apt /var/cache/debconf/*-old /var/lib/dpkg/*-old /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /tmp/* /var/tmp/*
`

/** As Debian's own container images have it: nothing starts by itself, documentation stays away. */
const slim = `
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
cat > /etc/dpkg/dpkg.cfg.d/slim <<'END'
path-exclude /usr/share/doc/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
force-unsafe-io
END
rm -rf /usr/share/doc/* /usr/share/info/* /usr/share/locale/* /usr/share/man/* /var/lib/apt/lists/* /var/cache/apt/* /var/log/*
mkdir -p /var/lib/apt/lists/partial /var/cache/apt/archives/partial
rm -f /etc/hostname /etc/resolv.conf
`

/** What a throw-away host is made from. */
export const hostImage = 'ccci/host:12'

const fixed: ImageRecipe[] = [
  {
    name: 'debian', tags: ['debian:bookworm-slim', 'debian:12-slim'], is: 'minimal Debian', byDefault: true,
    from: { kind: 'debian', release: 'bookworm', script: slim },
    config: { cmd: ['bash'] },
  },
  {
    name: 'node', tags: ['node:24-bookworm-slim', 'node:24-slim'], is: 'Node.js 24', byDefault: true,
    from: {
      kind: 'script', parent: 'debian', files: files('node'),
      program: { path: '/usr/local/bin/node', from: ownNode(), version: process.version },
      script: `${install('ca-certificates curl')}groupadd --gid 1000 node\nuseradd --uid 1000 --gid node --shell /bin/bash --create-home node\n${tidy}`,
    },
    config: { env: { NODE_VERSION: process.version.slice(1) }, entrypoint: ['docker-entrypoint.sh'], cmd: ['node'] },
  },
  {
    name: 'busybox', tags: ['busybox:1.35', 'busybox:latest'], is: 'a small image with a shell', byDefault: true,
    from: { kind: 'busybox', parent: 'debian' },
    config: { cmd: ['sh'], env: { PATH: '/bin' } },
  },
  {
    name: 'postgres', tags: ['postgres:15', 'postgres:15-bookworm'], is: 'PostgreSQL 15', byDefault: true,
    from: {
      kind: 'script', parent: 'debian', files: files('postgres'),
      script: `
groupadd --system --gid 999 postgres
useradd --system --gid 999 --uid 999 --home-dir /var/lib/postgresql --shell /bin/bash postgres
mkdir -p /etc/postgresql-common
echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
${install('postgresql-15 gosu tzdata')}
mkdir -p /docker-entrypoint-initdb.d
rm -rf /var/lib/postgresql
install -d -o postgres -g postgres -m 1777 /var/lib/postgresql /var/lib/postgresql/data /var/run/postgresql
sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" /usr/share/postgresql/15/postgresql.conf.sample
${tidy}`,
    },
    config: {
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/15/bin', LANG: 'C.UTF-8', PG_MAJOR: '15', PGDATA: '/var/lib/postgresql/data' },
      entrypoint: ['docker-entrypoint.sh'], cmd: ['postgres'], volumes: ['/var/lib/postgresql/data'], expose: [5432], stopSignal: 'SIGINT',
    },
  },
  {
    name: 'mariadb', tags: ['mariadb:10.11'], is: 'MariaDB 10.11', byDefault: true,
    from: {
      kind: 'script', parent: 'debian', files: files('mariadb'),
      script: `
groupadd --system --gid 999 mysql
useradd --system --gid 999 --uid 999 --home-dir /var/lib/mysql --shell /usr/sbin/nologin mysql
${install('mariadb-server gosu tzdata')}
rm -rf /var/lib/mysql
install -d -o mysql -g mysql /var/lib/mysql /run/mysqld
mkdir -p /docker-entrypoint-initdb.d
${tidy}`,
    },
    config: { env: { LANG: 'C.UTF-8' }, entrypoint: ['docker-entrypoint.sh'], cmd: ['mariadbd'], volumes: ['/var/lib/mysql'], expose: [3306] },
  },
  {
    name: 'redis', tags: ['redis:7', 'redis:7-bookworm'], is: 'Redis 7', byDefault: true,
    from: {
      kind: 'script', parent: 'debian', files: files('redis'),
      script: `
groupadd --system --gid 999 redis
useradd --system --gid 999 --uid 999 --home-dir /data --shell /usr/sbin/nologin redis
${install('redis-server gosu tzdata')}
install -d -o redis -g redis /data
${tidy}`,
    },
    config: { entrypoint: ['docker-entrypoint.sh'], cmd: ['redis-server'], workdir: '/data', volumes: ['/data'], expose: [6379] },
  },
  {
    name: 'restic', tags: ['restic/restic:0.14.0'], is: 'restic 0.14.0', byDefault: true,
    from: { kind: 'script', parent: 'debian', script: `${install('restic ca-certificates')}restic version | grep -q '0\\.14\\.0'\n${tidy}` },
    config: { entrypoint: ['/usr/bin/restic'] },
  },
  traefik('3.6.12', 'traefik', true),
  traefik('3.0.4', 'traefik-3.0.4', false),
  {
    name: 'java', tags: ['ccci/java:17'], is: 'OpenJDK 17', byDefault: false,
    from: { kind: 'debian', release: 'bookworm', packages: ['openjdk-17-jre-headless'], script: `${slim}${tidy}` },
    config: { env: { LANG: 'C.UTF-8' } },
  },
  keycloak('25.0.6'),
  keycloak('26.0.8'),
  {
    name: 'host', tags: [hostImage], is: 'a whole Debian host, with systemd and an engine of its own', byDefault: false,
    from: { kind: 'debian', release: HOST_RELEASE, packages: [...HOST_PACKAGES], script: `${slim}rm /usr/sbin/policy-rc.d\n${hostScript()}${tidy}` },
    config: { cmd: ['/sbin/init'], stopSignal: 'SIGRTMIN+3' },
  },
]

/** The images of the fixtures stand on Node; their recipes lie beside the fixtures. */
export async function imageCatalogue(): Promise<ImageRecipe[]> {
  const own = (await fixtureImages()).map(({ image, context }): ImageRecipe => ({
    name: image.replace(/^ccci\//, '').replace(':', '-'),
    tags: [image],
    is: `the fixture ${image}`,
    byDefault: true,
    from: { kind: 'dockerfile', context, needs: ['node'] },
  }))
  return [...fixed, ...own]
}

function traefik(version: string, name: string, byDefault: boolean): ImageRecipe {
  return {
    name, tags: [`traefik:v${version}`], is: `Traefik ${version}`, byDefault,
    from: {
      kind: 'go', module: 'github.com/traefik/traefik/v3', version: `v${version}`, command: 'github.com/traefik/traefik/v3/cmd/traefik', program: 'traefik',
      flags: `-X github.com/traefik/traefik/v3/pkg/version.Version=${version}`,
    },
    config: { entrypoint: ['/traefik'], expose: [80] },
  }
}

/** With the options that `platform/keycloak` gives it. */
function keycloak(version: string): ImageRecipe {
  return {
    name: `keycloak-${version}`, tags: [`keycloak/keycloak:${version}`], is: `Keycloak ${version}`, byDefault: false,
    from: { kind: 'keycloak', parent: 'java', version, options: { KC_DB: 'dev-file', KC_HEALTH_ENABLED: 'true' } },
    config: { env: { LANG: 'C.UTF-8' }, entrypoint: ['/opt/keycloak/bin/kc.sh'], workdir: '/', expose: [8080, 8443, 9000] },
  }
}

/** The Node that runs us: the same major version as the image's name says. */
function ownNode(): string {
  const path = realpathSync(process.execPath)
  return resolve(path)
}

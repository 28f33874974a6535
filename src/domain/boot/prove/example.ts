/**
 * The platform that is booted for a proof: the proxy that cc-ci ships, and an app behind it that stands for the dashboard. Everything of it is made on the
 * throw-away host, from the program that was put there and a few files.
 */

/** What the proxy's gate waits for. `old`: a page of the app that is ordered after the proxy. `new`: the proxy's own version, and the routes that were there before. */
export type GateChoice = 'old' | 'new'

export const EXAMPLE = {
  /** By their Docker Hub names: brought from the machine's own engine. */
  images: ['traefik:v3.6.12', 'busybox:1.35'],
  domain: 'prove.test',
  proxyHost: 'traefik.prove.test',
  pageHost: 'dashboard.prove.test',
  pageSays: 'the dashboard',
  /** Names of the apps, which are those of their recipes, too. */
  proxy: 'traefik',
  page: 'dashboard',
  /** Oldest first; the last one does not do. */
  releases: { good: '1.2.0+v3.6.12', broken: '1.3.0+v3.6.12', page: '1.0.0+1.35' },
} as const

/** Where things lie on the throw-away host. */
export const PLACES = {
  /** The program, before it is installed. */
  program: '/opt/cc-ci',
  folder: '/opt/proof',
  settings: '/opt/proof/settings.yml',
  repositories: '/opt/proof/recipes',
  authority: '/opt/proof/ca.pem',
} as const

export function exampleSettings(gate: GateChoice): string {
  const { proxy, page, domain, proxyHost, pageHost } = EXAMPLE
  const limits = 'limits: { deploy: 5m, rollback: 6m, start: 15m }'
  const gates: Record<GateChoice, string> = {
    old: `{ host: ${pageHost}, path: /, status: [200], contains: ${EXAMPLE.pageSays}, passes: 3, dwell: 2s }`,
    new: `{ path: /api/version, status: [200], contains: '"Version":"{{version}}"', routes: true, passes: 3, dwell: 2s }`,
  }
  return `domain: ${domain}
proxy: { address: 127.0.0.1, port: 443, ca: ${PLACES.authority} }
allow:
  ${proxy}: [docker-socket, "proxy-internal:api@internal", "host-port:80/tcp", "host-port:443/tcp"]
secrets:
  wildcard-certificate: { file: ${PLACES.folder}/proxy.pem, recipes: [${proxy}] }
  wildcard-key: { file: ${PLACES.folder}/proxy.key, recipes: [${proxy}] }
platform:
  ${proxy}:
    recipe: file://${PLACES.repositories}/${proxy}.git
    domain: ${proxyHost}
    stateless: true
    gate: ${gates[gate]}
    ${limits}
  ${page}:
    recipe: file://${PLACES.repositories}/${page}.git
    domain: ${pageHost}
    stateless: true
    gate: { path: /, status: [200], contains: ${EXAMPLE.pageSays}, passes: 3, dwell: 2s }
    ${limits}
server: {}
`
}

/** Shell lines that make the certificates and the recipes' repositories. */
export function exampleScript(): string {
  const { proxy, page, releases, domain } = EXAMPLE
  return `${COMMON}
mkdir -p ${PLACES.repositories}
cd ${PLACES.folder}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj '/CN=authority of a proof' -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=*.${domain}' -keyout proxy.key -out proxy.csr
printf 'subjectAltName=DNS:*.${domain}\\nbasicConstraints=CA:FALSE\\nextendedKeyUsage=serverAuth\\n' > extensions
openssl x509 -req -in proxy.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 180 -extfile extensions -out proxy.pem 2>/dev/null
mkdir -p versions/${proxy} versions/${page}/${releases.page}/release
cp -r '${PLACES.program}/platform/${proxy}/${releases.good}' versions/${proxy}/
cat > versions/${page}/${releases.page}/compose.yml <<'END'
${PAGE_COMPOSE}END
publish ${proxy} '${releases.good}'
publish ${page} '${releases.page}'
`
}

/** Shell lines that release a proxy that does not come up: it is told to listen nowhere, and ends. A config never changes, so with another text goes another version of it. */
export function brokenReleaseScript(): string {
  const { proxy, releases } = EXAMPLE
  const made = `versions/${proxy}/${releases.broken}`
  return `${COMMON}
cd ${PLACES.folder}
cp -r 'versions/${proxy}/${releases.good}' '${made}'
sed -i 's|address: ":443"|address: "no-port"|' '${made}/traefik.yml.tmpl'
grep -q no-port '${made}/traefik.yml.tmpl'
sed -i 's|TRAEFIK_YML_VERSION=v.*|TRAEFIK_YML_VERSION=broken|' '${made}/abra.sh'
sed -i 's|version=${releases.good}"|version=${releases.broken}"|' '${made}/compose.yml'
publish ${proxy} '${releases.broken}'
`
}

/** `publish RECIPE VERSION`: one commit and an annotated tag more in its repository. */
const COMMON = `set -eu
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=proof GIT_AUTHOR_EMAIL=proof@localhost GIT_COMMITTER_NAME=proof GIT_COMMITTER_EMAIL=proof@localhost
publish() {
  repository=${PLACES.repositories}/$1.git
  [ -e "$repository" ] || git init --quiet --bare --initial-branch=main "$repository"
  git "--git-dir=$repository" "--work-tree=${PLACES.folder}/versions/$1/$2" add --all --force
  git "--git-dir=$repository" "--work-tree=${PLACES.folder}/versions/$1/$2" commit --quiet --message "publish $2"
  git "--git-dir=$repository" tag --annotate --message "publish $2" "$2"
}`

const PAGE_COMPOSE = `---
version: "3.8"

services:
  app:
    image: busybox:1.35
    # Takes its time, as many an app does: who looks at once after a reboot finds it down.
    command: ["sh", "-c", "sleep 20; echo ${EXAMPLE.pageSays} > /tmp/index.html && exec httpd -f -p 3000 -h /tmp"]
    networks:
      - proxy
    healthcheck:
      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:3000/"]
      interval: 2s
      timeout: 5s
      retries: 5
      start_period: 60s
    deploy:
      endpoint_mode: dnsrr
      labels:
        - "traefik.enable=true"
        - "traefik.http.services.\${STACK_NAME}.loadbalancer.server.port=3000"
        - "traefik.http.routers.\${STACK_NAME}.rule=Host(\`\${DOMAIN}\`)"
        - "traefik.http.routers.\${STACK_NAME}.entrypoints=web-secure"
        - "traefik.http.routers.\${STACK_NAME}.tls=true"
        - "coop-cloud.\${STACK_NAME}.version=${EXAMPLE.releases.page}"

networks:
  proxy:
    external: true
`

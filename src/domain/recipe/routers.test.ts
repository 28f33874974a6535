import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostsOf, readRouters } from './routers.ts'
import { composed } from './samples.ts'

const rules: Array<[rule: string, hosts: string[]]> = [
  ['Host(`a.b`)', ['a.b']],
  ['Host(`a`,`b`)', ['a', 'b']],
  ['Host(`a`, `www.a` )', ['a', 'www.a']],
  ['Host(`a`) || Host(`b`)', ['a', 'b']],
  ['(Host("a") && PathPrefix(`/x`)) || Host(\'b\')', ['a', 'b']],
  ['HostSNI(`*`)', ['*']],
  ['Host(`a`) && !Host(`b`)', ['a']],
  ['HostRegexp(`{sub:\\w+}.a`)', []],
  ['PathPrefix(`/`)', []],
  ['Host(`a`', ['a']],
  [`Host(\`a\`${' '.repeat(50_000)}`, ['a']],
  ['', []],
]
for (const [rule, hosts] of rules) test(`${rule.slice(0, 60)} → ${hosts.join(' ') || 'no host'}`, () => assert.deepEqual(hostsOf(rule), hosts))

const read = (text: string, env: Record<string, string> = {}) => {
  const { stack, placeOf } = composed(text, env)
  return readRouters({ stack, placeOf, isUnread: () => false, domain: 'note-1.ci' })
}

test('routers of all services, with their hosts', () => {
  const { routers, problems } = read(
    `services:
  app:
    image: a:1
    deploy:
      labels:
        - traefik.enable=true
        - traefik.http.services.\${STACK_NAME}.loadbalancer.server.port=80
        - "traefik.http.routers.\${STACK_NAME}.rule=Host(\`\${DOMAIN}\`\${EXTRA_DOMAINS})"
        - traefik.http.routers.\${STACK_NAME}.entrypoints=web-secure
        - traefik.http.routers.\${STACK_NAME}.tls.certresolver=\${LETS_ENCRYPT_ENV}
  room:
    image: b:1
    deploy:
      labels:
        traefik.enable: "true"
        traefik.tcp.routers.room.rule: HostSNI(\`*\`)
        traefik.udp.routers.room.entrypoints: mumble
  hidden:
    image: c:1
    deploy:
      labels:
        traefik.enable: "false"
        traefik.http.routers.hidden.rule: Host(\`hidden\`)
`,
    { EXTRA_DOMAINS: ', `www.note-1.ci`' },
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(routers, [
    { service: 'app', router: 'note-1_ci', protocol: 'http', rule: 'Host(`note-1.ci`, `www.note-1.ci`)', hosts: ['note-1.ci', 'www.note-1.ci'] },
    { service: 'room', router: 'room', protocol: 'tcp', rule: 'HostSNI(`*`)', hosts: ['*'] },
    { service: 'room', router: 'room', protocol: 'udp', rule: '', hosts: [] },
  ])
})

test('mistakes that leave an app unreachable are named', () => {
  const { problems } = read(`services:
  app:
    image: a:1
    labels:
      - traefik.enable=true
    deploy:
      labels:
        - "traefik.http.routers.app.rule=Host(\`fixed.example.org\`)"
  web:
    image: b:1
    deploy:
      labels:
        - traefik.enable=true
        - "traefik.http.routers.app.rule=Host(\`other.example.org\`)"
        - traefik.http.routers.web.entrypoints=web-secure
`)
  assert.deepEqual(
    problems.map((problem) => `${problem.line}:${problem.column} ${problem.rule} ${problem.message}`),
    [
      '5:9 routers/labels-not-deployed `traefik.enable` stands under `labels`, where Traefik does not look on a Swarm.',
      '8:11 routers/not-enabled The service `app` has routers and lacks `traefik.enable=true`: Traefik passes it over.',
      '14:11 routers/twice The router `app` is defined by `web` and by `app`: Traefik drops both.',
      '15:11 routers/no-rule The router `web` has no rule: nothing leads to it.',
      "8:11 routers/not-our-domain No router answers at the app's own domain; the first answers at fixed.example.org.",
    ],
  )
})

const onEntryPoint = (...labels: string[]) => read(`services:
  app:
    image: a:1
    deploy:
      labels:
        - traefik.enable=true
        - "traefik.http.routers.app.rule=Host(\`\${DOMAIN}\`)"
${labels.map((label) => `        - "traefik.http.routers.${label}"`).join('\n')}
`).problems.map(({ line, rule }) => `${line} ${rule}`)

const tls: Array<{ that: string; labels: string[]; said: string[] }> = [
  { that: 'on the secure entry point without it', labels: ['app.entrypoints=web-secure'], said: ['7 routers/no-tls'] },
  { that: 'beside another entry point, in any case of letters', labels: ['app.entryPoints=web, web-secure'], said: ['7 routers/no-tls'] },
  { that: 'turned off', labels: ['app.entrypoints=web-secure', 'app.tls=false'], said: ['7 routers/no-tls'] },
  { that: "another router's", labels: ['app.entrypoints=web-secure', 'other.tls=true', 'other.rule=Host(`note-1.ci`)'], said: ['7 routers/no-tls'] },
  { that: 'turned on', labels: ['app.entrypoints=web-secure', 'app.tls=true'], said: [] },
  { that: 'by a resolver', labels: ['app.entrypoints=web-secure', 'app.tls.certresolver=production'], said: [] },
  { that: 'not on the secure entry point', labels: ['app.entrypoints=web'], said: [] },
  { that: 'no entry point is named', labels: ['app.tls=true'], said: [] },
]
for (const { that, labels, said } of tls) test(`TLS of a router: ${that}`, () => assert.deepEqual(onEntryPoint(...labels), said))

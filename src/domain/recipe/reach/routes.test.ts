import { test } from 'node:test'
import assert from 'node:assert/strict'
import { reachesForRoutes } from './routes.ts'

const place = { file: 'compose.yml', line: 1, column: 1 }
const stackName = 'note-0a1b2c_ci_test'
const domain = 'note-0a1b2c.ci.test'

function kinds(labels: Record<string, string>): string[] {
  const stack = { services: { app: { image: 'x', deploy: { labels } } }, networks: {}, volumes: {}, secrets: {}, configs: {} }
  return reachesForRoutes({ stack, placeOf: () => place, stackName, domain }).map((reach) => `${reach.kind} ${reach.allow}`)
}

const rules: Array<{ that: string; rule: string; then: string[] }> = [
  { that: "the app's own domain", rule: `Host(\`${domain}\`)`, then: [] },
  { that: 'a name below it', rule: `Host(\`api.${domain}\`) && PathPrefix(\`/v1\`)`, then: [] },
  { that: 'both, in brackets', rule: `(Host(\`${domain}\`) || Host(\`www.${domain}\`)) && PathPrefix(\`/\`)`, then: [] },
  { that: "the platform's host beside it", rule: `Host(\`${domain}\`) || Host(\`traefik.ci.test\`)`, then: ['route route:traefik.ci.test'] },
  { that: 'two hosts in one, one of them foreign', rule: `Host(\`${domain}\`, \`cloud.example.org\`)`, then: ['route route:cloud.example.org'] },
  { that: 'another run', rule: 'Host(`note-ffffff.ci.test`)', then: ['route route:note-ffffff.ci.test'] },
  { that: 'a name that only ends alike', rule: `Host(\`evil${domain}\`)`, then: [`route route:evil${domain}`] },
  { that: 'no host at all', rule: 'PathPrefix(`/`)', then: ['route route:r'] },
  { that: 'a way around, in brackets', rule: `(Host(\`${domain}\`) || PathPrefix(\`/\`)) && Method(\`GET\`)`, then: ['route route:r'] },
  { that: 'everything but', rule: '!Host(`x.test`)', then: ['route route:r'] },
  { that: 'a pattern', rule: 'HostRegexp(`.*`)', then: ['route route:r'] },
  { that: 'an operator inside quotes joins nothing', rule: `Host(\`${domain}\`) && Header(\`x\`, \`a||b\`)`, then: [] },
  { that: 'two foreign hosts, each by its word', rule: 'Host(`a.test`) || Host(`b.test`)', then: ['route route:a.test', 'route route:b.test'] },
  { that: 'a foreign host, and a way around it', rule: 'Host(`a.test`) || PathPrefix(`/`)', then: ['route route:a.test', 'route route:r'] },
  { that: 'a condition that is a comment for Traefik', rule: `PathPrefix(\`/\`) // && Host(\`${domain}\`)`, then: ['route route:r'] },
  { that: 'a condition in the middle of a comment', rule: `PathPrefix(\`/\`) /* && Host(\`${domain}\`) && */`, then: ['route route:r'] },
  { that: 'a text that goes on behind a backslash', rule: `!Path("/\\") && Host(\`${domain}\`) && Path(")`, then: ['route route:r'] },
  { that: '20,000 brackets', rule: `${'('.repeat(20_000)}Host(\`${domain}\`)${')'.repeat(20_000)}`, then: ['route route:r'] },
  { that: 'no rule at all', rule: '', then: ['route route:r'] },
]

test('what cannot be read is said with its place in the rule', () => {
  const [reach] = reachesForRoutes({ stack: { services: { app: { image: 'x', deploy: { labels: { 'traefik.http.routers.r.rule': 'PathPrefix(`/`) // x' } } } }, networks: {}, volumes: {}, secrets: {}, configs: {} }, placeOf: () => place, stackName, domain })
  assert.equal(reach?.message, 'The rule of the router `r` cannot be read from letter 17 on, so nobody can say what it answers for: only `&&`, `||` or the end may stand here.')
})

for (const { that, rule, then } of rules) test(`T4: a rule with ${that}`, () => assert.deepEqual(kinds({ 'traefik.http.routers.r.rule': rule }), then))

test("a word for a router that carries the stack's name holds for every run", () => {
  assert.deepEqual(kinds({ [`traefik.http.routers.${stackName}-all.rule`]: 'PathPrefix(`/`)' }), ['route route:${STACK_NAME}-all'])
})

test("T4: a router to a page of the proxy's own is refused", () => {
  assert.deepEqual(kinds({ 'traefik.http.routers.r.rule': `Host(\`${domain}\`)`, 'traefik.http.routers.r.service': 'api@internal' }), ['proxy-internal proxy-internal:api@internal'])
})

test('a TCP router may take everything on an entry point of its own, and nothing on a shared one', () => {
  assert.deepEqual(kinds({ 'traefik.tcp.routers.r.rule': 'HostSNI(`*`)', 'traefik.tcp.routers.r.entrypoints': 'mumble' }), [])
  assert.deepEqual(kinds({ 'traefik.tcp.routers.r.rule': 'HostSNI(`*`)', 'traefik.tcp.routers.r.entrypoints': 'mumble, web-secure' }), ['route route:*'])
  assert.deepEqual(kinds({ 'traefik.tcp.routers.r.rule': 'HostSNI(`*`)' }), ['route route:*'])
  assert.deepEqual(kinds({ 'traefik.tcp.routers.r.rule': 'HostSNI(`*`)', 'traefik.tcp.routers.r.entrypoints': 'mumble', 'traefik.tcp.routers.r.entryPoints': 'web-secure' }), ['route route:*'], 'whichever of the two Traefik takes')
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { renderProblems } from '../domain/report/problems.ts'
import { type Loaded, loadSettings } from './load.ts'

/** A folder with these files in it; gone after the test. */
function folderWith(t: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'cc-ci-settings-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

async function load(folder: string, over: { environment?: Record<string, string>; settingsFile?: string; stateFolder?: string } = {}): Promise<Loaded> {
  return await loadSettings({ environment: { HOME: folder, ...over.environment }, settingsFile: over.settingsFile ?? 'settings.yml', stateFolder: over.stateFolder, packageFolder: '/nowhere', workingFolder: folder })
}

/** What people read, without the folder. */
async function said(t: TestContext, text: string, more: Record<string, string> = {}): Promise<string[]> {
  const folder = folderWith(t, { 'settings.yml': text, ...more })
  const { problems } = await load(folder)
  return renderProblems(problems).replaceAll(`${folder}/`, '').split('\n')
}

test('T56: an unknown key is an error, shown at the key, with what was probably meant or what there is', async (t) => {
  assert.deepEqual(await said(t, 'domian: ci.example.org\nlimits: { teir: 3m }\nproxy:\n  # a remark\n  adress: 10.0.0.1\n  colour: blue\nnotify:\n'), [
    'settings.yml:1:1 error settings/unknown-key There is no setting "domian" here.',
    '    Write "domain"?',
    'settings.yml:2:11 error settings/unknown-key There is no setting "teir" here.',
    '    Write "tier"?',
    'settings.yml:5:3 error settings/unknown-key There is no setting "adress" here.',
    '    Write "address"?',
    'settings.yml:6:3 error settings/unknown-key There is no setting "colour" here.',
    '    Known here: address, port, ca, network, subnet.',
    'settings.yml:7:1 error settings/unknown-key There is no setting "notify" here.',
    '    Known here: domain, proxy, docker, registries, allow, secrets, recipes, platform, server, alerts, images, prune, limits.',
    '5 errors',
  ])
})

test('every mistake is said at once, in the order of the file', async (t) => {
  const text = 'domain: "no domain"\nproxy: { port: 70000 }\nregistries:\n  - host: registry.example.org\n    username: ci\n  - { host: 1, username: ci, password_file: absent }\nallow: [notes]\nlimits: { run: 5 minutes, tier: 0, ready: 0s }\n'
  assert.deepEqual((await said(t, text)).filter((line) => !line.startsWith(' ')), [
    'settings.yml:1:9 error settings/value "domain" is not right: a domain such as ci.example.org.',
    'settings.yml:2:16 error settings/value "proxy.port" is not right: expected a number of at most 65535.',
    'settings.yml:4:5 error settings/value "registries.0.password_file" is missing.',
    'settings.yml:6:13 error settings/value "registries.1.host" is not right: expected text.',
    'settings.yml:7:1 error settings/value "allow" is not right: expected keys with values.',
    'settings.yml:8:16 error settings/value "limits.run" is not right: a duration such as 90s, 5m or 1h.',
    'settings.yml:8:33 error settings/value "limits.tier" is not right: it must be longer than nothing.',
    'settings.yml:8:43 error settings/value "limits.ready" is not right: it must be longer than nothing.',
    '8 errors',
  ])
})

test('with a mistake in the file its right lines do not count either: nothing runs on half of what was meant', async (t) => {
  const { settings, problems } = await load(folderWith(t, { 'settings.yml': 'domain: ci.example.org\nlimits: { run: never }\n' }))
  assert.equal(problems.length, 1)
  assert.deepEqual([settings.domain, settings.limits.run], [undefined, 3_600_000])
})

test('a file that cannot be read is one mistake, in words', async (t) => {
  const folder = folderWith(t, {})
  mkdirSync(join(folder, 'settings'))
  const mend = '    Name another file with --settings, or make it: cc-ci settings example > settings.yml'
  const words = async (settingsFile: string) => renderProblems((await load(folder, { settingsFile })).problems).replaceAll(`${folder}/`, '').split('\n')
  assert.deepEqual(await words('absent.yml'), ['absent.yml:1:1 error settings/file The settings cannot be read: there is no such file.', mend, '1 error'])
  assert.deepEqual(await words('settings'), ['settings:1:1 error settings/file The settings cannot be read: it is a folder.', mend, '1 error'])
})

test('what is no YAML, and what is no map, is said with its place', async (t) => {
  assert.deepEqual((await said(t, 'domain: "ci.example.org\nproxy:\n')).filter((line) => line.startsWith('settings.yml:')).map((line) => line.split(' ').slice(0, 3).join(' ')), ['settings.yml:3:1 error settings/yaml'])
  assert.deepEqual(await said(t, '- domain\n'), ['settings.yml:1:1 error settings/value The document is not right: expected keys with values.', '    Write `key: value` for each, on lines of their own below it.', '1 error'])
})

test('an empty file, one of remarks, and a section whose lines are all remarks say nothing', async (t) => {
  for (const text of ['', '# domain: ci.example.org\n', 'proxy:\n  # port: 8443\nlimits:\ndomain:\n']) {
    const { settings, problems } = await load(folderWith(t, { 'settings.yml': text }))
    assert.deepEqual(problems, [])
    assert.deepEqual({ ...settings.proxy, domain: settings.domain }, { address: '127.0.0.1', port: 443, caFile: undefined, network: 'proxy', subnet: '10.10.0.0/16', domain: undefined })
  }
})

test('durations: with a unit, or seconds', async (t) => {
  const { settings, problems } = await load(folderWith(t, { 'settings.yml': 'limits: { run: 1.5h, tier: 90, ready: 1500ms, teardown: 2m }\n' }))
  assert.deepEqual(problems, [])
  assert.deepEqual(settings.limits, { run: 5_400_000, tier: 90_000, ready: 1_500, teardown: 120_000 })
})

test('a relative path begins at the file that names it', async (t) => {
  const files = { ca: 'ca', registry: 'password', smtp: 'secret' }
  const text = 'proxy: { ca: ca }\nregistries: [{ host: r, username: u, password_file: ./registry }]\nsecrets: { smtp: { file: smtp, recipes: [notes] } }\ndocker: { client: bin/docker }\n'
  const folder = folderWith(t, { 'settings.yml': text, ...files })
  const { settings, problems } = await loadSettings({ environment: {}, settingsFile: `${folder}/settings.yml`, stateFolder: undefined, packageFolder: '/nowhere', workingFolder: '/' })
  assert.deepEqual(problems, [])
  assert.deepEqual([settings.proxy.caFile, settings.registries[0]?.passwordFile, settings.secrets.smtp?.file, settings.docker.client], ['ca', 'registry', 'smtp', 'bin/docker'].map((name) => join(folder, name)))
})

test('a file that the settings name and that is not there is a mistake now, not in the middle of a run', async (t) => {
  const text = 'proxy:\n  ca: ca.pem\nregistries:\n  - host: r\n    username: u\n    password_file: /nosuch/password\nsecrets:\n  smtp:\n    file: smtp\n    recipes: [notes]\n'
  const lines = await said(t, text, { 'ca.pem': '' })
  const mend = '    Name a file that is there and that this user may read; a relative name starts at the settings file.'
  assert.deepEqual(lines, [
    'settings.yml:6:20 error settings/file "registries.0.password_file" names `/nosuch/password`, which cannot be read: there is no such file.',
    mend,
    'settings.yml:9:11 error settings/file "secrets.smtp.file" names `smtp`, which cannot be read: there is no such file.',
    mend,
    '2 errors',
  ])
})

test('a secret is kept for recipes that are named: a pull request may ask for any', async (t) => {
  assert.deepEqual(await said(t, 'secrets:\n  smtp: { file: smtp }\n  other: { file: smtp, recipes: [] }\n', { smtp: '' }), [
    'settings.yml:2:3 error settings/value "secrets.smtp.recipes" is missing.',
    '    Add it: expected a list.',
    'settings.yml:3:24 error settings/value "secrets.other.recipes" is not right: at least one recipe.',
    '    Write it so that this holds.',
    '2 errors',
  ])
})

test('what the settings name as a file and is a folder or a pipe is a mistake now, and nobody waits for what a pipe may say', async (t) => {
  const folder = folderWith(t, { 'settings.yml': 'secrets: { smtp: { file: ./folder, recipes: [notes] } }\nalerts: { room: { webhook: { url_file: ./folder } } }\nregistries: [{ host: r, username: u, password_file: pipe }]\n' })
  mkdirSync(join(folder, 'folder'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const { problems } = await load(folder)
  assert.deepEqual(problems.map(({ line, message }) => [line, message]), [
    [1, '"secrets.smtp.file" names `./folder`, which cannot be read: it is a folder.'],
    [2, '"alerts.room.webhook.url_file" names `./folder`, which cannot be read: it is a folder.'],
    [3, '"registries.0.password_file" names `pipe`, which cannot be read: it is no regular file.'],
  ])
})

test('which file: the one that is named, then the one of the environment, then that of the state folder', async (t) => {
  const folder = folderWith(t, { 'named.yml': 'domain: named.example', 'environment.yml': 'domain: environment.example' })
  mkdirSync(join(folder, 'state'))
  writeFileSync(join(folder, 'state', 'settings.yml'), 'domain: state.example')
  const domainOf = async (given: { settingsFile?: string; environment?: Record<string, string> }) =>
    (await loadSettings({ environment: given.environment ?? {}, settingsFile: given.settingsFile, stateFolder: 'state', packageFolder: '/nowhere', workingFolder: folder })).settings.domain
  const environment = { CCCI_SETTINGS: 'environment.yml' }
  assert.equal(await domainOf({ settingsFile: 'named.yml', environment }), 'named.example')
  assert.equal(await domainOf({ environment }), 'environment.example')
  assert.equal(await domainOf({}), 'state.example')
})

test('which folders: the option, then the environment, then the folder we are in', async (t) => {
  const folder = folderWith(t, { 'settings.yml': '' })
  const folders = async (given: Parameters<typeof load>[1]) => {
    const { settings } = await load(folder, given)
    return [settings.stateFolder, settings.cacheFolder].map((path) => path.replace(folder, '~'))
  }
  assert.deepEqual(await folders({}), ['~/.cc-ci', '~/.cache/cc-ci'])
  assert.deepEqual(await folders({ environment: { CCCI_STATE: 'a', XDG_CACHE_HOME: '/caches', CCCI_CACHE: '', CCCI_SETTINGS: '' } }), ['~/a', '/caches/cc-ci'])
  assert.deepEqual(await folders({ stateFolder: 'b', environment: { CCCI_STATE: 'a', CCCI_CACHE: 'c', XDG_CACHE_HOME: '/caches' } }), ['~/b', '~/c'])
})

test('T12: deploy, gate and rollback of a platform app fit into the start time-out of its unit, or the settings are refused', async (t) => {
  const app = (limits: string) => `platform:\n  traefik:\n    recipe: ./traefik\n    domain: traefik.example.org\n    gate: { dwell: 10s }\n    limits: { deploy: 5m, rollback: 6m, start: ${limits} }\n`
  assert.deepEqual(await said(t, app('11m')), [
    'settings.yml:2:3 error settings/budget Deploy (5 min), gate (10 s) and rollback (6 min) of traefik may take 11 min 10 s, which does not fit into its start time-out of 11 min.',
    '    Give "limits.start" (and the start time-out of the unit) more, or the others less: a start that ends in the middle of a rollback leaves the app down.',
    '1 error',
  ])
  const folder = folderWith(t, { 'settings.yml': app('12m') })
  const { settings, problems } = await load(folder)
  assert.deepEqual(problems, [])
  assert.deepEqual(settings.platform.map(({ name, recipe, stateless, limits }) => ({ name, recipe, stateless, limits })), [{ name: 'traefik', recipe: join(folder, 'traefik'), stateless: false, limits: { deploy: 300_000, rollback: 360_000, start: 720_000 } }])
})

test('T28: two platform apps of one domain would be one stack: the second is a mistake', async (t) => {
  const app = (name: string, domain: string) => `  ${name}:\n    recipe: ./${name}\n    domain: ${domain}\n`
  assert.deepEqual(await said(t, `platform:\n${app('revc', 'a.example.org')}${app('revx', 'b.example.org')}${app('revd', 'a.example.org')}`), [
    'settings.yml:10:13 error settings/domain `a.example.org` is the domain of revc, too.',
    '    Give each its own.',
    '1 error',
  ])
})

test('T56: what the environment of a platform app says reaches it, or is a mistake', async (t) => {
  const env = (lines: string[]) => said(t, ['platform:', '  revy:', '    recipe: ./revy', '    domain: revy.example.org', '    env:', ...lines.map((line) => `      ${line}`)].join('\n'))
  assert.deepEqual(await env(['PORT: 8080', 'A NAME: x', 'TWO: "a\\nb"', 'STACK_NAME: other', 'DOMAIN: other.example.org']), [
    'settings.yml:6:13 error settings/value "platform.revy.env.PORT" is not right: expected text.',
    '    Put it in quotes, such as "8080": without them it is a number.',
    'settings.yml:7:15 error settings/value "A NAME" may not stand here: letters, digits and _ make the name of a variable.',
    '    Write another name.',
    'settings.yml:8:12 error settings/value "platform.revy.env.TWO" is not right: one line of text, without control characters.',
    '    Write it so that this holds.',
    '3 errors',
  ])
  assert.deepEqual(await env(['STACK_NAME: other', 'DOMAIN: other.example.org']), [
    'settings.yml:6:7 error settings/env "STACK_NAME" is set by cc-ci itself, from the domain of revy.',
    '    Take it out; to have another one, change "domain".',
    'settings.yml:7:7 error settings/env "DOMAIN" is set by cc-ci itself, from the domain of revy.',
    '    Take it out; to have another one, change "domain".',
    '2 errors',
  ])
  assert.deepEqual(await env(['PORT: "8080"', 'EMPTY: ""', 'TABS: "a\\tb"']), ['no problems'])
})

test('channels of alerts: every mistake at once, and what is in their files is judged without being shown', async (t) => {
  const text = [
    'alerts:',
    '  hook: { webhook: { url_file: hook } }',
    '  phone:',
    '    ntfy: { url: https://ntfy.example.org, topic_file: topic, token_file: absent }',
    '  mail:',
    '    smtp: { host: mail.example.org, password_file: password, from: ci@example.org, to: ops@example.org }',
    '  room:',
    '    matrix: { url: https://matrix.example.org, room: "#ops:example.org", token: abc }',
    '  clear: { smtp: { host: mail.example.org, security: none, username: ci, password_file: p, from: a@b, to: c@d } }',
    '  both: { webhook: { url_file: hook }, ntfy: { url: https://ntfy.example.org, topic_file: topic } }',
  ]
  assert.deepEqual(await said(t, text.join('\n')), [
    'settings.yml:6:5 error settings/value "alerts.mail.smtp" is not right: username and password_file go together.',
    '    Write it so that this holds.',
    'settings.yml:8:5 error settings/value "alerts.room.matrix.token_file" is missing.',
    '    Add it: expected text.',
    `settings.yml:8:54 error settings/value "alerts.room.matrix.room" is not right: a room's id such as !abc:example.org.`,
    '    Write it as the example shows.',
    'settings.yml:8:74 error settings/unknown-key There is no setting "token" here.',
    '    Known here: url, room, token_file.',
    'settings.yml:9:12 error settings/value "alerts.clear.smtp" is not right: a password leaves this host encrypted or not at all; security is starttls or tls.',
    '    Write it so that this holds.',
    'settings.yml:10:3 error settings/value "alerts.both" is not right: a channel is exactly one of webhook, ntfy, smtp and matrix.',
    '    Write it so that this holds.',
    '6 errors',
  ])
  const lines = await said(t, text.slice(0, 4).join('\n'), { hook: 'hooks.example.org/geheim\n', topic: 'two words' })
  assert.deepEqual(lines.filter((line) => !line.startsWith(' ')), [
    'settings.yml:2:32 error settings/file "alerts.hook.webhook.url_file" names `hook`, in which there is no address such as https://hooks.example.org/… (a % in its user or password is written %25).',
    'settings.yml:4:56 error settings/file "alerts.phone.ntfy.topic_file" names `topic`, in which there is no topic of up to 64 letters, digits, hyphens and underscores.',
    'settings.yml:4:75 error settings/file "alerts.phone.ntfy.token_file" names `absent`, which cannot be read: there is no such file.',
    '3 errors',
  ])
})

test('channels of alerts: what is secret goes to another host encrypted or not at all', async (t) => {
  const text = ['alerts:', '  hook: { webhook: { url_file: hook } }', '  phone: { ntfy: { url: http://ntfy.example.org, topic_file: topic } }', '  room: { matrix: { url: http://127.0.0.1.example.org/, room: "!a:b", token_file: token } }']
  assert.deepEqual((await said(t, text.join('\n'))).filter((line) => !line.startsWith(' ')), [
    'settings.yml:3:25 error settings/value "alerts.phone.ntfy.url" is not right: what is secret leaves this host encrypted or not at all; the address begins with https://.',
    'settings.yml:4:26 error settings/value "alerts.room.matrix.url" is not right: what is secret leaves this host encrypted or not at all; the address begins with https://.',
    '2 errors',
  ])
  const hook = async (content: string) => (await said(t, text.slice(0, 2).join('\n'), { hook: content }))[0]
  assert.equal(await hook('http://hooks.example.org/geheim'), 'settings.yml:2:32 error settings/file "alerts.hook.webhook.url_file" names `hook`, in which there is no address with https:// (what is secret leaves this host encrypted or not at all).')
  assert.match((await hook('https://u:100%@hooks.example.org/'))!, /there is no address such as .* is written %25\)\.$/)
  const here = ['alerts:', '  hook: { webhook: { url_file: hook } }', '  phone: { ntfy: { url: "http://[::1]:80", topic_file: topic } }', '  room: { matrix: { url: http://localhost:8008, room: "!a:b", token_file: token } }']
  const { problems } = await load(folderWith(t, { 'settings.yml': here.join('\n'), hook: 'http://127.0.0.1/x', topic: 'ops', token: 'x' }))
  assert.deepEqual(problems, [])
})

test('channels of alerts in the order of the file, with usual ports, and files beside the settings', async (t) => {
  const text = 'alerts:\n  mail: { smtp: { host: m, username: u, password_file: p, from: a@b, to: c@d } }\n  relay: { smtp: { host: localhost, security: none, from: a@b, to: c@d } }\n  hook: { webhook: { url_file: w } }\n'
  const folder = folderWith(t, { 'settings.yml': text, p: 'x', w: 'https://h.example' })
  const { settings, problems } = await load(folder)
  assert.deepEqual(problems, [])
  const mail = { is: 'smtp', caFile: undefined, from: 'a@b', to: 'c@d' }
  assert.deepEqual(settings.alerts, [
    { name: 'mail', ...mail, host: 'm', port: 587, security: 'starttls', login: { username: 'u', passwordFile: join(folder, 'p') } },
    { name: 'relay', ...mail, host: 'localhost', port: 25, security: 'none', login: undefined },
    { name: 'hook', is: 'webhook', urlFile: join(folder, 'w') },
  ])
})

test('the order of platform apps: each after the one above it, or after those that it names, which stand above it', async (t) => {
  const app = (name: string, after = '') => `  ${name}: { recipe: ./${name}, domain: ${name}.example.org${after} }\n`
  const { settings } = await load(folderWith(t, { 'settings.yml': `platform:\n${app('traefik')}${app('login')}${app('page', ', after: [traefik]')}${app('mail', ', after: []')}` }))
  assert.deepEqual(settings.platform.map(({ name, after }) => `${name}: ${after}`), ['traefik: ', 'login: traefik', 'page: traefik', 'mail: '])
  assert.deepEqual(await said(t, `platform:\n${app('traefik', ', after: [page]')}${app('page', ', after: [traefik, tr]')}`), [
    'settings.yml:2:70 error settings/after traefik is to begin after "page", which does not stand above it.',
    '    Move traefik below page: apps are looked after in the order of the file.',
    'settings.yml:3:70 error settings/after page is to begin after "tr", which does not stand above it.',
    '    Name an app that stands above it: traefik.',
    '2 errors',
  ])
})

test('no platform app has the name of a unit of ours', async (t) => {
  assert.deepEqual(await said(t, 'platform:\n  server: { recipe: ./a, domain: a.example.org }\n'), [
    'settings.yml:2:3 error settings/name "server" is a unit of cc-ci itself.',
    '    Give the app another name; these are taken: swarm, networks, server, reconcile, alerts, prune.',
    '1 error',
  ])
})

test('T1: the server comes after all apps or after some, and an app after the server only where that makes no round', async (t) => {
  const text = (server: string, first: string, second: string) => `platform:\n  traefik: { recipe: ./t, domain: t.example.org${first} }\n  page: { recipe: ./p, domain: p.example.org${second} }\nserver: { ${server} }\n`
  const { settings } = await load(folderWith(t, { 'settings.yml': text('after: [traefik]', '', ', after: [server]') }))
  assert.deepEqual([settings.server!.after, settings.platform.map(({ after }) => after)], [['traefik'], [[], ['server']]])
  assert.deepEqual(await said(t, text('', ', after: [server]', '')), [
    'settings.yml:2:58 error settings/after traefik is to begin after the server, which begins after it.',
    '    Say in "server" whom that comes after, such as after: [].',
    '1 error',
  ])
  assert.deepEqual((await said(t, text('after: [page]', ', after: [server]', '')))[0], 'settings.yml:2:58 error settings/after traefik is to begin after the server, which begins after page, and that may wait for traefik.')
  assert.deepEqual(await said(t, text('after: [pages]', '', '')), [
    'settings.yml:4:19 error settings/after The server is to begin after "pages", which is no app of "platform".',
    '    Name some of these: traefik, page.',
    '1 error',
  ])
  assert.deepEqual((await said(t, 'platform:\n  traefik: { recipe: ./t, domain: t.example.org, after: [server] }\n'))[0], 'settings.yml:2:58 error settings/after traefik is to begin after "server", which does not stand above it.')
})

test('a server that is to be reached by a name listens where the proxy, in its container, reaches it', async (t) => {
  for (const listen of ['127.0.0.1:8484', '127.8.0.1:1', '"[::1]:8484"']) {
    const [first] = await said(t, `server: { listen: ${listen.includes('"') ? listen : `"${listen}"`}, domain: ci.example.org }\n`)
    assert.match(first!, /settings\/listen The proxy cannot lead to the server at .*: it runs in a container, where that address is its own\.$/, listen)
  }
  for (const listen of ['300.1.1.1:80', '10.0.0.1:0', '10.0.0.1:70000', '"[:::]:80"']) {
    const [first] = await said(t, `server: { listen: ${listen.includes('"') ? listen : `"${listen}"`} }\n`)
    assert.match(first!, /settings\/listen .* is no address at which anybody could listen\.$/, listen)
  }
  const [both] = await said(t, 'platform:\n  page: { recipe: ./page, domain: ci.example.org }\nserver: { listen: "172.18.0.1:80", domain: ci.example.org }\n')
  assert.equal(both, 'settings.yml:3:44 error settings/domain `ci.example.org` is the domain of page, too.')
})

test('the proxy is told where the server is, unless the settings tell it otherwise; nobody else is', async (t) => {
  const text = (env: string) => `platform:\n  traefik: { recipe: ./t, domain: t.example.org, gate: { routes: true }${env} }\n  page: { recipe: ./p, domain: p.example.org }\nserver: { listen: "172.18.0.1:8484", domain: ci.example.org }\n`
  const envs = async (env: string) => (await load(folderWith(t, { 'settings.yml': text(env) }))).settings.platform.map((app) => app.env)
  assert.deepEqual(await envs(''), [{ SERVER_DOMAIN: 'ci.example.org', SERVER_URL: 'http://172.18.0.1:8484' }, {}])
  assert.deepEqual(await envs(', env: { SERVER_URL: http://10.0.0.9:1, OTHER: x }'), [{ SERVER_DOMAIN: 'ci.example.org', SERVER_URL: 'http://10.0.0.9:1', OTHER: 'x' }, {}])
  const { settings } = await load(folderWith(t, { 'settings.yml': 'server: {}\nplatform:\n  traefik: { recipe: ./t, domain: t.example.org, gate: { routes: true } }\n' }))
  assert.deepEqual([settings.server, settings.platform[0]!.env], [{ listen: { address: '127.0.0.1', port: 8484 }, domain: undefined, after: ['traefik'] }, {}])
})

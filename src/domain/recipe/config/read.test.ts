import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './read.ts'

const read = (text: string) => readConfig([{ file: 'cc-ci.yml', text }])
const said = ({ line, column, rule, message, mend }: ReturnType<typeof read>['problems'][number]) => `${line}:${column} ${rule} ${message} → ${mend}`

test('nothing written: all defaults', () => {
  for (const files of [[], [{ file: 'cc-ci.yml', text: '# nothing\n' }], [{ file: 'cc-ci.yml', text: 'checks:\n# - name: x\n' }]]) {
    const { config, configFrom, problems } = readConfig(files)
    assert.deepEqual(config, { ready: { path: '/', status: [], http: true }, data: [], notApplicable: {}, notBackedUp: {}, limits: {}, env: {}, secrets: {}, needs: [], setup: [], checks: [] })
    assert.deepEqual(configFrom, {})
    assert.deepEqual(problems, [])
  }
})

test('short forms are made long, times become milliseconds', () => {
  const { config } = read(`
ready: { path: /health }
limits: { upgrade: 90s, run: 1h30m, ready: 45 }
env: { PORT: 25, ON: true, NAME: x }
setup:
  - { do: exec, argv: [true-ish] }
  - { do: http, path: /start }
checks:
  - { name: one, run: tests/one.sh }
  - { name: two, http: { path: / }, timeout: 2m }
`)
  assert.deepEqual(config.ready, { path: '/health', status: [], http: true })
  assert.deepEqual(config.limits, { upgrade: 90_000, run: 5_400_000, ready: 45_000 })
  assert.deepEqual(config.env, { PORT: '25', ON: 'true', NAME: 'x' })
  assert.deepEqual(config.setup, [
    { do: 'exec', service: 'app', argv: ['true-ish'], env: {}, expect: {} },
    { do: 'http', method: 'GET', path: '/start', headers: {}, expect: { status: [200, 201, 202, 204] } },
  ])
  assert.deepEqual(config.checks, [
    { kind: 'program', name: 'one', run: 'tests/one.sh', args: [], timeoutMs: 60_000 },
    { kind: 'http', name: 'two', request: { do: 'http', method: 'GET', path: '/', headers: {}, expect: { status: [200, 201, 202, 204] } }, timeoutMs: 120_000 },
  ])
})

test("the host's own file wins key by key, and what each file said is known", () => {
  const { config, configFrom, placeOf } = readConfig([
    { file: 'cc-ci.yml', text: 'ready:\n  path: /a\n  contains: recipe\nlimits: { run: 1h, ready: 2m }\nchecks:\n  - { name: one, run: one }\nneeds: [keycloak]\n' },
    { file: '/etc/notes.yml', text: '\nready: { path: /b }\nlimits: { ready: 10m }\nchecks: []\nenv: { A: "1" }\n' },
  ])
  assert.deepEqual(config.ready, { path: '/b', status: [], contains: 'recipe', http: true })
  assert.deepEqual(config.limits, { run: 3_600_000, ready: 600_000 })
  assert.deepEqual(config.checks, [])
  assert.deepEqual(configFrom, {
    'ready.path': '/etc/notes.yml',
    'ready.contains': 'cc-ci.yml',
    'limits.run': 'cc-ci.yml',
    'limits.ready': '/etc/notes.yml',
    checks: '/etc/notes.yml',
    needs: 'cc-ci.yml',
    'env.A': '/etc/notes.yml',
  })
  assert.deepEqual(placeOf(['ready', 'contains']), { file: 'cc-ci.yml', line: 3, column: 13 })
  assert.deepEqual(placeOf(['env', 'A']), { file: '/etc/notes.yml', line: 5, column: 11 })
})

test('T56: an unknown key is an error with a suggestion, at its place; and every other mistake with it', () => {
  const { problems, config } = read(`ready:
  pth: /health
  status: 200
  http: maybe
redy: {}
data:
  - name: x
    write: { do: http, path: no-slash, methd: PUT }
    read: { do: sql }
notApplicable: { install: never worked anyway, backup: no }
limits: { upgrade: soon, run: -1, tomorrow: 5m }
env: { 1A: x, B: [1] }
secrets: { a: { value: hunter2 } }
setup:
  - { do: exec, argv: [] }
checks:
  - { name: both, run: a, http: { path: / } }
  - { name: none }
  - { name: args, http: { path: / }, args: [a] }
  - { run: ../outside.sh, timeout: 1x }
wholly-unknown: 1
`)
  assert.deepEqual(
    problems.map(said),
    [
      '3:11 config/value "ready.status" is not right: expected a list. → Write a list: [one, other], or a line that begins with `- ` for each.',
      '4:9 config/value "ready.http" is not right: expected true or false. → Write true or false, without quotes.',
      '2:3 config/unknown-key There is no setting "pth" here. → Write "path"?',
      '8:30 config/value "data.0.write.path" is not right: expected a path that begins with / and has no blanks. → Write what is expected there.',
      '8:40 config/unknown-key There is no setting "methd" here. → Write "method"?',
      '9:17 config/value "data.0.read.do" is not right: expected `do: http` or `do: exec`. → Write what is expected there.',
      '10:56 config/value "notApplicable.backup" is not right: say why in a few words. → Write it so that this holds.',
      '10:18 config/unknown-key There is no setting "install" here. → Known here: upgrade, backup, restore, custom.',
      '11:20 config/value "limits.upgrade" is not right: expected a time such as 90s or 5m, more than nothing. → Write it as the example shows.',
      '11:31 config/value "limits.run" is not right: expected a time such as 90s or 5m, more than nothing. → Write it as the example shows.',
      '11:35 config/unknown-key There is no setting "tomorrow" here. → Known here: install, upgrade, backup, restore, custom, run, ready.',
      '12:12 config/value "1A" may not stand here: letters, digits and _ make the name of a variable. → Write another name.',
      '12:15 config/value "env.B" is not right: expected text; put it in quotes. → Write what is expected there.',
      '13:12 config/value "secrets.a.fromSettings" is missing. → Add it: expected text.',
      '13:17 config/unknown-key There is no setting "value" here. → Known here: fromSettings.',
      '15:17 config/value "setup.0.argv.0" is missing. → Add it: expected text.',
      '17:5 config/value "checks.0" is not right: `run` and `http` are two checks; make two entries. → Write it so that this holds.',
      '18:5 config/value "checks.1" is not right: write `run:` with a program or `http:` with a request. → Write it so that this holds.',
      '19:5 config/value "checks.2" is not right: `args` and `image` belong to `run`. → Write it so that this holds.',
      '20:5 config/value "checks.3.name" is missing. → Add it: expected text.',
      '20:12 config/value "checks.3.run" is not right: expected a path inside the recipe. → Write what is expected there.',
      '20:36 config/value "checks.3.timeout" is not right: expected a time such as 90s or 5m, more than nothing. → Write it as the example shows.',
      '5:1 config/unknown-key There is no setting "redy" here. → Write "ready"?',
      '21:1 config/unknown-key There is no setting "wholly-unknown" here. → Known here: ready, data, notApplicable, notBackedUp, limits, env, secrets, needs, setup, checks.',
    ],
  )
  assert.deepEqual(config.ready, { path: '/', status: [], http: true })
})

test('T47: a header that no request can carry is refused at its place, and any other is taken', () => {
  const { config, problems } = read(`setup:
  - do: http
    path: /
    headers:
      X-Plain: Zoë, 5 €
      x-who: Zoë — ci
      x-text: |
        one
      x who: a
      Trailer: x
      content-length: 3
      accept: "*/*"
      x-number: 3
      x-name: Zoë
`)
  assert.deepEqual(
    problems.map(said),
    [
      '5:16 config/value "setup.0.headers.X-Plain" is not right: expected one line of Latin letters and signs; a header carries no others, such as — or an emoji. → Write it as the example shows.',
      '6:14 config/value "setup.0.headers.x-who" is not right: expected one line of Latin letters and signs; a header carries no others, such as — or an emoji. → Write it as the example shows.',
      '7:15 config/value "setup.0.headers.x-text" is not right: expected one line of Latin letters and signs; a header carries no others, such as — or an emoji. → Write it as the example shows.',
      '9:14 config/value "x who" may not stand here: letters, digits and - make the name of a header. → Write another name.',
      '10:16 config/value "Trailer" may not stand here: cc-ci sees to the connection itself. → Write another name.',
      '11:23 config/value "content-length" may not stand here: cc-ci sees to the connection itself. → Write another name.',
    ],
  )
  assert.deepEqual(config.setup.map((action) => action.do === 'http' && action.headers), [{ accept: '*/*', 'x-number': '3', 'x-name': 'Zoë' }])
})

test('a file with a mistake does not hide what the other says', () => {
  const { config, problems } = readConfig([{ file: 'cc-ci.yml', text: 'redy: 1' }, { file: 'host.yml', text: 'ready: { path: /x }' }])
  assert.equal(config.ready.path, '/x')
  assert.deepEqual(problems.map((problem) => problem.file), ['cc-ci.yml'])
})

test('what is no YAML, or no map, is said', () => {
  assert.deepEqual(read('- a').problems.map((problem) => problem.rule), ['config/no-map'])
  assert.ok(read('a: [').problems.length > 0)
  assert.equal(read('just text').problems[0]?.message, 'cc-ci.yml holds no settings.')
})

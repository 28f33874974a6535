import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ComposeReading, readCompose } from './read.ts'
import { composeText } from './write.ts'

function read(files: Record<string, string> | string, env: Record<string, string> = {}, others?: Record<string, string>): ComposeReading {
  const texts = typeof files === 'string' ? { 'compose.yml': files } : files
  return readCompose({
    files: Object.entries(texts).map(([path, text]) => ({ path, text })),
    env,
    proxyNetwork: 'proxy',
    ...(others && { readFile: (path: string) => others[path] }),
  })
}

/** As `recipe check` prints them. */
function said({ problems }: ComposeReading): string[] {
  return problems.map(({ file, line, column, rule, severity, message, mend }) => `${file}:${line}:${column} ${severity} ${rule} ${message} ${mend}`)
}

describe("anybody's compose file", () => {
  test('services alone, no version', () => {
    const reading = read('services:\n  web:\n    image: nginx:1.27\n    ports: ["8080:80"]\n    volumes: [data:/data]\n    command: nginx -g "daemon off;"\nvolumes:\n  data:\n')
    assert.deepEqual(reading.problems, [])
    assert.deepEqual(reading.stack, {
      version: '3.13',
      services: {
        web: {
          command: ['nginx', '-g', 'daemon off;'],
          image: 'nginx:1.27',
          ports: [{ protocol: 'tcp', target: 80, published: 8080, mode: 'ingress' }],
          volumes: [{ type: 'volume', source: 'data', target: '/data' }],
        },
      },
      networks: {},
      volumes: { data: {} },
      secrets: {},
      configs: {},
    })
  })

  test('what Swarm ignores is a warning that says what it means', () => {
    const reading = read('services:\n  web:\n    build: .\n    image: web\n    container_name: web\n    restart: always\n    depends_on: [db]\n    shm_size: 64m\n  db:\n    image: postgres\n')
    assert.deepEqual(said(reading), [
      'compose.yml:3:5 warning compose/ignored-key Swarm ignores `services.web.build`. Publish the image and name it in `image`: Swarm builds nothing.',
      'compose.yml:5:5 warning compose/ignored-key Swarm ignores `services.web.container_name`. Remove it: Swarm names its containers itself.',
      'compose.yml:6:5 warning compose/ignored-key `services.web.restart` is an old form on Swarm. Set deploy.restart_policy.condition: any, on-failure or none.',
      'compose.yml:8:5 warning compose/ignored-key Swarm ignores `services.web.shm_size`. Mount a tmpfs of that size at /dev/shm: type: tmpfs, target: /dev/shm, tmpfs: { size: 67108864 }.',
    ])
  })

  test('what only newer composes know is an error with the way out', () => {
    const reading = read('name: shop\nservices:\n  web:\n    image: web\n    profiles: [dev]\n    mem_limit: 1g\n    depends_on:\n      db: {condition: service_healthy}\n')
    assert.deepEqual(said(reading).filter((line) => line.includes(' error ')), [
      'compose.yml:1:1 error compose/unknown-key Docker knows no key `name`. Remove it: the stack is named when it is deployed.',
      'compose.yml:5:5 error compose/unknown-key Docker knows no key `services.web.profiles`. Move the service to an overlay file of its own.',
      'compose.yml:6:5 error compose/unknown-key Docker knows no key `services.web.mem_limit`. Set deploy.resources.limits.memory.',
      'compose.yml:7:5 error compose/wrong-type `services.web.depends_on` must be a list; it is a map. Write a list: depends_on: [db]. Swarm starts all services at once and ignores it; only newer composes know conditions.',
    ])
  })
})

test('every mistake is reported at once, each with its place and mend', () => {
  const reading = read(
    'version: "3.8"\nservices:\n  app:\n    image: App:1\n    enviroment: {A: 1}\n    environment:\n      FLAG: true\n    command: [sleep, 10]\n    ports:\n      - "80:80:80:80"\n    networks: [proxi]\n    secrets: [pasword]\n    volumes: [dta:/data]\n    stop_grace_period: 10\n    deploy:\n      mode: globl\n      replicas: "two"\n      update_config: {order: start_first}\n    healthcheck: {start_interval: 5s}\nnetworks:\n  proxy: {external: true}\nsecrets:\n  password: {external: true}\nvolumes:\n  data:\n',
  )
  assert.deepEqual(said(reading), [
    'compose.yml:5:5 error compose/unknown-key Docker knows no key `services.app.enviroment`. Did you mean `environment`?',
    'compose.yml:7:13 error compose/wrong-type `services.app.environment.FLAG` must be text, a number or empty; it is `true`. Put the value in quotes: "true".',
    'compose.yml:8:22 error compose/wrong-type `services.app.command.1` must be text; it is the number 10. Put the value in quotes.',
    'compose.yml:10:9 error compose/wrong-value `services.app.ports.0` is no port: `80:80:80:80` (`80:80` is no address). Write "8080:80", "8080:80/udp" or "80".',
    'compose.yml:14:24 error compose/wrong-type `services.app.stop_grace_period` must be text; it is the number 10. Put the value in quotes.',
    'compose.yml:17:17 error compose/wrong-type `services.app.deploy.replicas` must be a whole number; it is the text `two`. Write the number without quotes.',
    'compose.yml:18:30 error compose/wrong-value `services.app.deploy.update_config.order` cannot be `start_first`. Did you mean `start-first`?',
    'compose.yml:19:19 error compose/too-new-key `services.app.healthcheck.start_interval` needs version 3.12; the file says 3.8. Write version: "3.12" or higher, or leave `version` out.',
    'compose.yml:4:12 error deploy/wrong-value `App:1` is no image name. Write name:tag or registry/name:tag, in small letters.',
    'compose.yml:11:16 error deploy/undefined-network The service `app` uses the network `proxi`, which is not under the top-level `networks`. Did you mean `proxy`?',
    'compose.yml:12:15 error deploy/undefined-secret The service `app` uses the secret `pasword`, which is not under the top-level `secrets`. Did you mean `password`?',
    'compose.yml:13:15 error deploy/undefined-volume The service `app` uses the volume `dta`, which is not under the top-level `volumes`. Did you mean `data`?',
    'compose.yml:16:13 error deploy/wrong-value `services.app.deploy.mode` cannot be `globl`. Did you mean `global`?',
  ])
})

describe('variables', () => {
  test('are replaced before the types are checked, and cast where Docker casts', () => {
    const { stack, problems } = read('services:\n  a:\n    image: "x:${TAG:-1}"\n    read_only: ${RO}\n    deploy: {replicas: "${N:-2}"}\n    stop_grace_period: ${GRACE:-90s}\n', { RO: 'yes' })
    assert.deepEqual(problems, [])
    assert.deepEqual(stack.services.a, { image: 'x:1', read_only: true, deploy: { replicas: 2 }, stop_grace_period: '1m30s' })
  })

  test('one of the wrong type is named with its value', () => {
    assert.deepEqual(said(read('services:\n  a:\n    image: x\n    deploy:\n      replicas: ${N}\n', { N: 'many' })), [
      'compose.yml:5:17 error compose/wrong-type `${N}` gives `many`, and a whole number belongs here. Give the variable a whole number as its default: `${NAME:-…}`.',
    ])
  })

  test('in a key stay as they are, with a warning', () => {
    const reading = read('services:\n  a:\n    image: x\n    labels:\n      "a.${B}.c": d\n', { B: 'b' })
    assert.deepEqual(reading.stack.services.a?.labels, { 'a.${B}.c': 'd' })
    assert.deepEqual(said(reading), [
      'compose.yml:5:7 warning compose/variable-in-key The key `a.${B}.c` holds a variable; Docker replaces variables in values only. Write it as an item of a list instead: - "a.${B}.c=…".',
    ])
  })

  test('all that are used are listed with their places', () => {
    const { usedVariables } = read('services:\n  a:\n    image: "${A}:${B:-1}"\nx-note: $A\n')
    assert.deepEqual(usedVariables, [
      { name: 'A', place: { file: 'compose.yml', line: 3, column: 12 }, hasDefault: false },
      { name: 'B', place: { file: 'compose.yml', line: 3, column: 12 }, hasDefault: true },
      { name: 'A', place: { file: 'compose.yml', line: 4, column: 9 }, hasDefault: false },
    ])
  })
})

describe('environment', () => {
  test('a name alone and an empty value are taken from outside; what is unset there stays null', () => {
    const { stack } = read('services:\n  a:\n    image: x\n    environment:\n      - PASSED\n      - UNSET\n      - EMPTY=\n      - OWN=1\n', { PASSED: 'p', EMPTY: 'filled', OWN: 'not this' })
    assert.deepEqual(stack.services.a?.environment, { PASSED: 'p', UNSET: null, EMPTY: 'filled', OWN: '1' })
  })

  test('env_file comes first, word for word, and each value stands where it was written', () => {
    const reading = read('services:\n  a:\n    image: x\n    env_file: ./conf/../app.env\n    environment: {B: own}\n', { PASSED: 'p' }, { 'app.env': '# comment\nA="quoted" # kept\nB=file\n\nPASSED\nUNSET\n' })
    assert.deepEqual(reading.stack.services.a?.environment, { A: '"quoted" # kept', B: 'own', PASSED: 'p' })
    assert.deepEqual(reading.placeOf(['services', 'a', 'environment', 'A']), { file: 'app.env', line: 2, column: 1 })
    assert.deepEqual(reading.envFiles, [{ service: 'a', path: './conf/../app.env', place: { file: 'compose.yml', line: 4, column: 15 } }])
    assert.equal(reading.stack.services.a?.env_file, undefined)
  })

  test('a file that is not there is said at its name', () => {
    assert.deepEqual(said(read('services:\n  a:\n    image: x\n    env_file: [app.env]\nconfigs:\n  c: {file: c.conf}\n', {}, {})), [
      'compose.yml:4:16 error compose/missing-file The recipe has no file `app.env`. Add the file, or correct its name.',
      'compose.yml:6:13 error deploy/missing-file The recipe has no file `c.conf`. Add the file, or correct its name; paths begin at the recipe\'s folder.',
    ])
  })

  test('a date that Docker would garble is a warning', () => {
    const reading = read('services:\n  a:\n    image: x\n    environment: {SINCE: 2024-01-31}\n')
    assert.equal(reading.stack.services.a?.environment?.SINCE, '2024-01-31 00:00:00 +0000 UTC')
    assert.deepEqual(said(reading), ['compose.yml:4:26 warning compose/date Docker reads `services.a.environment.SINCE` as a time and makes it `2024-01-31 00:00:00 +0000 UTC`. Put the date in quotes.'])
  })
})

describe('merging', () => {
  const base = 'services:\n  app:\n    image: a:1\n    environment: [A=1, B=1]\n    labels: {x: "1"}\n    networks: [internal]\n    cap_drop: [ALL]\n    command: one\n    volumes: [data:/data]\n    deploy: {labels: [l=1], replicas: 1}\nnetworks: {internal: }\nvolumes: {data: {labels: [a=b]}}\n'

  test('maps are merged, lists added to, commands and images replaced, volumes unified by target, objects replaced', () => {
    const { stack, problems } = read({
      'compose.yml': base,
      'compose.more.yml': 'services:\n  app:\n    image: a:2\n    environment: {B: two, C: 3}\n    labels: [y=2]\n    networks: {proxy: {aliases: [app]}}\n    cap_drop: [KILL]\n    command: [two]\n    volumes: [other:/data, logs:/logs]\n    deploy: {replicas: 0, labels: {m: ""}}\nnetworks: {proxy: {external: true}}\nvolumes: {data: , other: , logs: }\n',
    })
    assert.deepEqual(problems, [])
    assert.deepEqual(stack.services.app, {
      cap_drop: ['ALL', 'KILL'],
      command: ['two'],
      deploy: { replicas: 0, labels: { l: '1', m: '' } },
      environment: { A: '1', B: 'two', C: '3' },
      image: 'a:2',
      labels: { x: '1', y: '2' },
      networks: { internal: null, proxy: { aliases: ['app'] } },
      volumes: [{ type: 'volume', source: 'other', target: '/data' }, { type: 'volume', source: 'logs', target: '/logs' }],
    })
    assert.deepEqual(stack.volumes.data, {})
  })

  test('every value of the result is found where it won', () => {
    const { placeOf } = read({ 'compose.yml': base, 'more/compose.yml': 'services:\n  app:\n    image: a:2\n    environment:\n      B: two\n' })
    assert.deepEqual(placeOf(['services', 'app', 'image']), { file: 'more/compose.yml', line: 3, column: 12 })
    assert.deepEqual(placeOf(['services', 'app', 'environment', 'A']), { file: 'compose.yml', line: 4, column: 19 })
    assert.deepEqual(placeOf(['services', 'app', 'environment', 'B']), { file: 'more/compose.yml', line: 5, column: 10 })
    assert.deepEqual(placeOf(['services', 'app', 'volumes', 0, 'source']), { file: 'compose.yml', line: 9, column: 15 })
    assert.deepEqual(placeOf(['services', 'app', 'command', 0]), { file: 'compose.yml', line: 8, column: 14 })
    assert.deepEqual(placeOf(['services', 'nobody']), { file: 'compose.yml', line: 1, column: 1 })
  })

  test('paths of an overlay in a folder begin at the recipe', () => {
    const { stack } = read({ 'compose.yml': 'services: {}\n', 'db/compose.db.yml': 'configs:\n  tune: {file: ./db/../db/tune.conf}\nsecrets:\n  up: {file: ../up}\n' })
    assert.equal(stack.configs.tune?.file, 'db/tune.conf')
    assert.equal(stack.secrets.up?.file, '../up')
  })

  test('files of two versions are refused, as Docker refuses them', () => {
    assert.deepEqual(said(read({ 'compose.yml': 'version: "3.8"\nservices: {}\n', 'compose.x.yml': 'services: {}\n' })), [
      'compose.x.yml:1:1 error compose/version compose.x.yml is written for version 3.13 (it says none, which means the newest) and compose.yml for 3.8: Docker merges only files of one version. Write version: "3.8" in compose.x.yml.',
    ])
  })

  test('where Docker merges into something that nobody wants, a warning says so', () => {
    assert.deepEqual(
      said(read({ 'compose.yml': 'services:\n  a:\n    image: x\n    healthcheck: {test: [CMD, a]}\n    ports: ["53:53", "53:53/udp"]\n', 'compose.x.yml': 'services:\n  a:\n    healthcheck:\n      test: [CMD, b]\n' })),
      [
        'compose.x.yml:4:7 warning compose/merge Docker adds this test to the one that `a` has already instead of replacing it. Keep healthcheck.test in one file only.',
        'compose.yml:5:22 warning compose/merge Two files name the service `a`, so Docker keeps one port per published number: 53/tcp is lost to 53/udp. Keep the service in one file, or publish different numbers.',
      ],
    )
  })

  test('x- keys stay in services and, from the first file, on top', () => {
    const { stack } = read({ 'compose.yml': 'x-a: 1\nservices:\n  a: {image: x, x-local: {run: [one]}}\n', 'compose.local.yml': 'x-b: 2\nservices:\n  a: {x-local: {run: [two], port: 80}}\n' })
    assert.deepEqual(stack.services.a?.['x-local'], { run: ['one', 'two'], port: 80 })
    assert.equal(stack['x-a'], 1)
    assert.equal(stack['x-b'], undefined)
  })
})

describe('whatever the files hold', () => {
  test('it never throws', () => {
    const values = ['~', '1', 'true', 'text', '[]', '{}', '[~]', '[[]]', '[{}]', '{a: ~}', '{a: {}}', '{a: []}', '"${"', '2024-01-01', '!x y', '[1, a, {b: c}]', '*x']
    const keys = ['image', 'command', 'environment', 'env_file', 'ports', 'volumes', 'secrets', 'configs', 'networks', 'deploy', 'healthcheck', 'logging', 'ulimits', 'labels', 'extra_hosts', 'credential_spec', 'tmpfs', 'x-local', 'depends_on', 'expose', 'init', 'constructor', 'toString']
    for (const [index, value] of values.entries()) {
      read(value)
      for (const section of ['version', 'services', 'networks', 'volumes', 'secrets', 'configs', 'x-a']) {
        read(`${section}: ${value}\n`)
        read(`${section}:\n  a: ${value}\n`)
        read({ a: `${section}:\n  a: ${value}\n`, b: `${section}:\n  a: {name: b, external: ${value}, labels: ${value}, driver_opts: ${value}, ipam: ${value}}\n` })
      }
      for (const key of keys) {
        for (const other of [value, values[(index + 5) % values.length]!]) read({ a: `services:\n  a:\n    ${key}: ${value}\n`, b: `services:\n  a:\n    ${key}: ${other}\n` })
        read(`services:\n  a:\n    deploy:\n      ${key}: ${value}\n      resources: ${value}\n      update_config: ${value}\n`)
        read(`services:\n  a:\n    ${key}: [{type: ${value}, source: ${value}, target: ${value}, published: ${value}, mode: ${value}}]\n`)
      }
    }
  })

  test('names of great length are no burden', { timeout: 10_000 }, () => {
    const long = 'k'.repeat(60_000)
    const { problems } = read(`services:\n  a:\n    image: x\n    ${long.slice(0, 1000)}: 1\n    networks: [${long}]\n    depends_on: [${long}]\n`)
    assert.deepEqual(problems.map((problem) => problem.rule), ['compose/unknown-key', 'deploy/undefined-network', 'deploy/unknown-dependency'])
    assert.ok(problems.every((problem) => problem.message.length <= 500))
  })

  test('no file at all, an empty file and a file that is no map are problems', () => {
    assert.deepEqual(said(read({})), ['compose.yml:1:1 error compose/no-file There is no compose file to read. Add compose.yml.'])
    assert.deepEqual(said(read('')), ['compose.yml:1:1 error compose/no-map compose.yml holds no compose file. Begin with `services:`.'])
    assert.deepEqual(said(read('- a\n')), ['compose.yml:1:1 error compose/no-map compose.yml holds no compose file. Begin with `services:`.'])
  })

  test('a mistake in the YAML is named with its place', () => {
    assert.deepEqual(said(read('services:\n  a:\n    image: x\n    image: y\n')), ['compose.yml:4:5 error yaml/duplicate-key The key `image` stands twice; the first is on line 3. Keep one of the two.'])
  })
})

test('what is written for Docker has its dollars doubled and the lowest version that will do', () => {
  const plain = read('services:\n  a:\n    image: x\n    command: ["sh", "-c", "echo $$HOME"]\n')
  assert.deepEqual(JSON.parse(composeText(plain.stack)), { version: '3.8', services: { a: { image: 'x', command: ['sh', '-c', 'echo $$HOME'] } }, networks: {}, volumes: {}, secrets: {}, configs: {} })
  const newer = read('services:\n  a:\n    image: x\n    healthcheck: {test: a, start_interval: 1s}\n')
  assert.equal((JSON.parse(composeText(newer.stack)) as { version: string }).version, '3.12')
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Problem } from '../../model/problem.ts'
import type { RecipeFile, RecipeTree } from '../../model/recipe.ts'
import { readCompose } from '../compose/read.ts'
import { listedComposeFiles } from './compose-files.ts'
import { refuseReach } from './refuse.ts'
import { textInside } from './tree-path.ts'

const STACK = 'note-3f9c21_ci_example_org'

/** Files by path; a text that begins with `-> ` is a symbolic link. */
function tree(files: Record<string, string>): RecipeTree {
  return {
    files: new Map(
      Object.entries(files).map(([path, text]): [string, RecipeFile] => [
        path,
        text.startsWith('-> ') ? { kind: 'symlink', target: text.slice(3) } : { kind: 'file', bytes: new TextEncoder().encode(text), executable: false },
      ]),
    ),
  }
}

function refused(compose: string, given: { files?: Record<string, string>; env?: Record<string, string>; allow?: string[] } = {}): Problem[] {
  const all = tree({ 'compose.yml': compose, ...given.files })
  const reading = readCompose({
    files: [{ path: 'compose.yml', text: textInside(all, 'compose.yml') ?? '' }],
    env: { STACK_NAME: STACK, HOME: '/home/ci', ...given.env },
    proxyNetwork: 'proxy',
    readFile: (path) => textInside(all, path),
  })
  return refuseReach({ reading, tree: all, stackName: STACK, proxyNetwork: 'proxy', allow: given.allow ?? [] })
}

function said(problems: Problem[]): string[] {
  return problems.map(({ file, line, column, rule, message, mend }) => `${file}:${line}:${column} ${rule} ${message} ${mend}`)
}

const PROXY = 'networks: {proxy: {external: true}}\n'

const service = (text: string, rest = '') => `services:\n  app:\n    image: x\n    ${text}\n${rest}`

describe('what is refused, with the word that allows it', () => {
  const cases: Array<{ that: string; compose: string; rule: string; allow: string }> = [
    { that: 'a host bind, short', compose: service('volumes: ["/srv/media:/media:ro"]'), rule: 'host-bind', allow: 'host-bind:/srv/media' },
    { that: 'a host bind, long', compose: service('volumes: [{type: bind, source: /etc, target: /x}]'), rule: 'host-bind', allow: 'host-bind:/etc' },
    { that: 'a host bind with a detour', compose: service('volumes: ["/srv/../etc/:/x"]'), rule: 'host-bind', allow: 'host-bind:/etc' },
    { that: 'a bind in the recipe folder', compose: service('volumes: ["./data:/x"]'), rule: 'host-bind', allow: 'host-bind:./data' },
    { that: 'a bind above the recipe folder', compose: service('volumes: ["../x:/x"]'), rule: 'host-bind', allow: 'host-bind:../x' },
    { that: 'a bind of the home folder', compose: service('volumes: ["~/x:/x"]'), rule: 'host-bind', allow: 'host-bind:/home/ci/x' },
    { that: 'a volume that is a bind in disguise', compose: service('volumes: [v:/x]', 'volumes: {v: {driver_opts: {type: none, o: bind, device: /etc}}}\n'), rule: 'host-bind', allow: 'host-bind:/etc' },
    { that: 'a volume on a disk', compose: service('volumes: [v:/x]', 'volumes: {v: {driver: local, driver_opts: {type: ext4, device: /dev/sda1}}}\n'), rule: 'host-bind', allow: 'host-bind:/dev/sda1' },
    { that: 'an overlay over the host', compose: service('volumes: [v:/x]', 'volumes: {v: {driver_opts: {type: overlay, device: overlay, o: "lowerdir=/etc,upperdir=/u,workdir=/w"}}}\n'), rule: 'host-bind', allow: 'host-bind:/etc' },
    { that: 'a share of another machine', compose: service('volumes: [v:/x]', 'volumes: {v: {driver_opts: {type: nfs, device: ":/export", o: "addr=10.0.0.1,rw"}}}\n'), rule: 'network-share', allow: 'network-share::/export' },
    { that: 'a share of Windows', compose: service('volumes: [v:/x]', 'volumes: {v: {driver_opts: {type: cifs, device: //server/share, o: username=x}}}\n'), rule: 'network-share', allow: 'network-share://server/share' },
    { that: 'a kernel file system', compose: service('volumes: [v:/x]', 'volumes: {v: {driver_opts: {type: devtmpfs, device: devtmpfs}}}\n'), rule: 'volume-type', allow: 'volume-type:devtmpfs' },
    { that: "a plugin's volume", compose: service('volumes: [v:/x]', 'volumes: {v: {driver: local-persist, driver_opts: {mountpoint: /etc}}}\n'), rule: 'volume-driver', allow: 'volume-driver:local-persist' },
    { that: "the engine's socket", compose: service('volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]'), rule: 'docker-socket', allow: 'docker-socket' },
    { that: "the engine's socket by its other name", compose: service('volumes: ["/run//docker.sock:/s"]'), rule: 'docker-socket', allow: 'docker-socket' },
    { that: "the engine's pipe", compose: service('volumes: [{type: npipe, source: "\\\\\\\\.\\\\pipe\\\\docker_engine", target: /x}]'), rule: 'docker-socket', allow: 'docker-socket' },
    { that: 'network_mode host', compose: service('network_mode: host'), rule: 'host-network', allow: 'host-network' },
    { that: 'the network of another container', compose: service('network_mode: "container:x"'), rule: 'host-network', allow: 'network-mode:container:x' },
    { that: "the host's network by name", compose: service('networks: [h]', 'networks: {h: {external: true, name: host}}\n'), rule: 'host-network', allow: 'host-network' },
    { that: "the host's network by key", compose: service('networks: [host]', 'networks: {host: {external: true}}\n'), rule: 'host-network', allow: 'host-network' },
    { that: 'a macvlan', compose: service('networks: [n]', 'networks: {n: {driver: macvlan, driver_opts: {parent: eth0}}}\n'), rule: 'network-driver', allow: 'network-driver:macvlan' },
    { that: "a bridge of the host's", compose: service('networks: [n]', 'networks: {n: {driver: bridge, driver_opts: {com.docker.network.bridge.name: docker0}}}\n'), rule: 'network-option', allow: 'network-option:com.docker.network.bridge.name=docker0' },
    { that: 'pid host', compose: service('pid: host'), rule: 'host-pid', allow: 'host-pid' },
    { that: 'ipc host', compose: service('ipc: host'), rule: 'host-ipc', allow: 'host-ipc' },
    { that: 'userns_mode host', compose: service('userns_mode: host'), rule: 'host-userns', allow: 'host-userns' },
    { that: 'cgroupns_mode host', compose: service('cgroupns_mode: host'), rule: 'host-cgroupns', allow: 'host-cgroupns' },
    { that: 'a cgroup parent', compose: service('cgroup_parent: /system.slice'), rule: 'cgroup-parent', allow: 'cgroup-parent:/system.slice' },
    { that: 'an isolation', compose: service('isolation: process'), rule: 'isolation', allow: 'isolation:process' },
    { that: 'privileged', compose: service('privileged: true'), rule: 'privileged', allow: 'privileged' },
    { that: 'a device', compose: service('devices: ["/dev/dri:/dev/dri:rw"]'), rule: 'device', allow: 'device:/dev/dri' },
    { that: 'a capability', compose: service('cap_add: [cap_net_admin]'), rule: 'cap-add', allow: 'cap-add:NET_ADMIN' },
    { that: 'loosened confinement', compose: service('security_opt: ["seccomp=unconfined"]'), rule: 'security-opt', allow: 'security-opt:seccomp=unconfined' },
    { that: 'credentials', compose: service('credential_spec: {file: c.json}'), rule: 'credential-spec', allow: 'credential-spec' },
    { that: "a log that goes to the engine's socket", compose: service('logging: {driver: syslog, options: {syslog-address: "unix:///dev/log"}}'), rule: 'host-log', allow: 'host-log:unix:///dev/log' },
    { that: "another stack's volume", compose: service('volumes: [v:/x]', 'volumes: {v: {external: true, name: other_data}}\n'), rule: 'external-volume', allow: 'external-volume:other_data' },
    { that: "another stack's volume under a name of its own", compose: service('volumes: [v:/x]', 'volumes: {v: {name: other_data}}\n'), rule: 'external-volume', allow: 'external-volume:other_data' },
    { that: "another stack's network", compose: service('networks: [other_internal]', 'networks: {other_internal: {external: true}}\n'), rule: 'external-network', allow: 'external-network:other_internal' },
    { that: 'a network that takes the name of the proxy', compose: service('networks: [n]', 'networks: {n: {name: proxy}}\n'), rule: 'external-network', allow: 'external-network:proxy' },
    { that: "another stack's secret", compose: service('secrets: [s]', 'secrets: {s: {external: true, name: other_password_v1}}\n'), rule: 'external-secret', allow: 'external-secret:other_password_v1' },
    { that: "another stack's config", compose: service('configs: [c]', 'configs: {c: {external: {name: other_conf}}}\n'), rule: 'external-config', allow: 'external-config:other_conf' },
    { that: 'a stack whose name only begins like ours', compose: service('volumes: [v:/x]', `volumes: {v: {external: true, name: ${STACK}2_data}}\n`), rule: 'external-volume', allow: `external-volume:${STACK}2_data` },
    { that: "a secret from a plugin", compose: service('secrets: [s]', 'secrets: {s: {driver: vault}}\n'), rule: 'secret-driver', allow: 'secret-driver:vault' },
    ...[
      ['a router that the proxy may have itself', 'traefik.http.routers.traefik.rule=Host(`x`)', 'proxy-name', 'proxy-name:traefik'],
      ["somebody else's middleware", 'traefik.http.middlewares.auth.basicauth.users=a:b', 'proxy-name', 'proxy-name:auth'],
      ["somebody else's service", 'traefik.http.services.keycloak.loadbalancer.server.port=80', 'proxy-name', 'proxy-name:keycloak'],
      ['a TCP router of any name', 'traefik.tcp.routers.mail.entrypoints=smtp', 'proxy-name', 'proxy-name:mail'],
      ['a UDP router of any name', 'traefik.udp.routers.voice.entrypoints=voice', 'proxy-name', 'proxy-name:voice'],
      ['a way to servers of any name', 'traefik.http.serversTransports.loose.insecureSkipVerify=true', 'proxy-name', 'proxy-name:loose'],
      ['a router whose name only begins like ours', `traefik.http.routers.${STACK}2.rule=Host(\`x\`)`, 'proxy-name', `proxy-name:${STACK}2`],
      ['a name in other letters', `Traefik.HTTP.Routers.${STACK.toUpperCase()}.rule=Host(\`x\`)`, 'proxy-name', `proxy-name:${STACK.toUpperCase()}`],
      ['the certificate of all', 'traefik.tls.stores.default.defaultgeneratedcert.resolver=x', 'proxy-setting', 'proxy-setting:traefik.tls.stores.default.defaultgeneratedcert.resolver'],
      ['a name in brackets', 'traefik.http.routers[x].rule=PathPrefix(`/`)', 'proxy-setting', 'proxy-setting:traefik.http.routers[x].rule'],
      ['what the proxy does not keep by name', 'traefik.http.models.x.tls=true', 'proxy-setting', 'proxy-setting:traefik.http.models.x.tls'],
    ].map(([that, label, rule, allow]) => ({ that: `T4: ${that}`, compose: service(`deploy: {labels: ['${label}']}`), rule: rule!, allow: allow! })),
    { that: "T37: an alias of another stack's service on the shared network", compose: service('networks: {proxy: {aliases: [keycloak_app]}}', PROXY), rule: 'proxy-alias', allow: 'proxy-alias:keycloak_app' },
    { that: 'T37: an alias that only begins like ours', compose: service(`networks: {proxy: {aliases: [${STACK}2]}}`, PROXY), rule: 'proxy-alias', allow: `proxy-alias:${STACK}2` },
    { that: "T37: a service with the full name of another stack's", compose: `services: {keycloak_ci_test_app: {image: x, networks: [proxy]}}\n${PROXY}`, rule: 'proxy-alias', allow: 'proxy-alias:keycloak_ci_test_app' },
    { that: 'T37: the same where the shared network is the default', compose: 'services: {keycloak_ci_test_app: {image: x}}\nnetworks: {default: {external: true, name: proxy}}\n', rule: 'proxy-alias', allow: 'proxy-alias:keycloak_ci_test_app' },
    { that: 'more containers than an app needs', compose: service('deploy: {replicas: 50}', '  worker: {image: x}\n'), rule: 'replicas', allow: 'replicas:51' },
    { that: 'more services than an app needs', compose: `services:\n${Array.from({ length: 51 }, (_, index) => `  s${index}: {image: x}\n`).join('')}`, rule: 'replicas', allow: 'replicas:51' },
    { that: "a port of the host's own services", compose: service('ports: ["22:22"]'), rule: 'host-port', allow: 'host-port:22/tcp' },
    { that: "a port of the host's own services, on the host itself", compose: service('ports: [{target: 53, published: 53, protocol: udp, mode: host}]'), rule: 'host-port', allow: 'host-port:53/udp' },
    { that: "a port of Swarm's", compose: service('ports: ["2377:80"]'), rule: 'host-port', allow: 'host-port:2377/tcp' },
    { that: 'a group of cluster volumes', compose: service('volumes: [{type: cluster, source: "group:g", target: /x}]'), rule: 'external-volume', allow: 'external-volume:group:g' },
  ]
  for (const { that, compose, rule, allow } of cases) {
    test(that, () => {
      const problems = refused(compose)
      assert.deepEqual(problems.map((problem) => [problem.rule, problem.severity]), [[`reach/${rule}`, 'error']])
      assert.ok(problems[0]?.mend.endsWith(`Or have the operator allow \`${allow}\` for this recipe.`), problems[0]?.mend)
      assert.deepEqual(refused(compose, { allow: [allow] }), [], 'its own word lifts it')
      assert.equal(refused(compose, { allow: ['host-bind:/', 'docker', 'cap-add', 'external-volume:*', `${allow}x`] }).length, 1, 'no other word does')
    })
  }
})

describe('what stays inside is not refused', () => {
  const cases: Array<[that: string, compose: string]> = [
    ['volumes, tmpfs and anonymous volumes', service('volumes: [v:/x, /anonymous, {type: tmpfs, target: /t}]', 'volumes: {v: }\n')],
    ['a volume in memory', service('volumes: [m:/m]', 'volumes: {m: {driver_opts: {type: tmpfs, device: tmpfs, o: size=10m}}}\n')],
    ['the shared proxy network', service('networks: [proxy, internal]', 'networks: {proxy: {external: true}, internal: {driver: overlay, driver_opts: {encrypted: ""}}}\n')],
    ["the stack's own names", service('secrets: [s]', 'secrets: {s: {external: true, name: "${STACK_NAME}_password_v1"}}\nconfigs: {c: {name: "${STACK_NAME}_c_v1", file: c}}\nvolumes: {v: {external: true, name: "${STACK_NAME}_v"}}\n')],
    ['capabilities that every container has', service('cap_drop: [ALL]\n    cap_add: [CHOWN, NET_BIND_SERVICE]\n    security_opt: ["no-new-privileges:true"]')],
    ['harmless words for namespaces', service('network_mode: bridge\n    ipc: private\n    isolation: default\n    pid: ""\n    privileged: false')],
    ['labels of the proxy that carry the name of the stack', service('deploy: {labels: ["traefik.enable=true", "traefik.docker.network=proxy", "traefik.http.routers.${STACK_NAME}.middlewares=${STACK_NAME}-redirect,security@file", "traefik.http.middlewares.${STACK_NAME}-redirect.headers.SSLForceHost=true", "traefik.http.services.${STACK_NAME}_web.loadbalancer.server.port=80", "traefik.tcp.routers.${STACK_NAME}-room.entrypoints=room"]}')],
    ['aliases that are our own, and any on a network of the stack', service('networks: {proxy: {aliases: ["${STACK_NAME}_web", "${STACK_NAME}-web", app]}, internal: {aliases: [keycloak_app]}}', 'networks: {proxy: {external: true}, internal: {}}\n')],
    ['long names of services that are not on the shared network', 'services: {a_b_c: {image: x, networks: [internal]}, d_e_f: {image: x}}\nnetworks: {internal: {}, proxy: {external: true}}\n'],
    ['fifty containers', service('deploy: {replicas: 49}', '  worker: {image: x}\n  off: {image: x, deploy: {replicas: 0}}\n')],
    ['published ports and placement', service('ports: [{target: 80, published: 1024, mode: host}, "443"]\n    deploy: {placement: {constraints: [node.role == manager]}}')],
    ['log options', service('logging: {driver: json-file, options: {max-size: 10m, tag: "/{{.Name}}"}}')],
    ['files of the recipe, also through links inside', service('env_file: conf/app.env', 'configs: {c: {file: link/c.conf}}\n')],
  ]
  const files = { 'conf/app.env': 'A=1\n', 'conf/c.conf': 'c', link: '-> conf', c: 'c' }
  for (const [that, compose] of cases) test(that, () => assert.deepEqual(refused(compose, { files }), []))
})

test('a value that comes from the environment is judged by what it is, and said where it stands', () => {
  assert.deepEqual(said(refused(service('volumes:\n      - v:/v\n      - ${DATA_DIR}:/data', 'volumes: {v: }\n'), { env: { DATA_DIR: '/etc' } })), [
    'compose.yml:6:9 reach/host-bind The service `app` mounts `/etc` of the host at `/data`. Use a named volume. Or have the operator allow `host-bind:/etc` for this recipe.',
  ])
  assert.deepEqual(refused(service('volumes: ["${DATA_DIR}:/data"]', 'volumes: {v: }\n'), { env: { DATA_DIR: 'v' } }), [])
})

test('a folder that holds the socket says so, and the word for the socket does not allow it', () => {
  assert.deepEqual(said(refused(service('volumes: ["/run:/run"]'), { allow: ['docker-socket'] })), [
    "compose.yml:4:15 reach/host-bind The service `app` mounts `/run` of the host, which holds the engine's socket, at `/run`. Use a named volume. Or have the operator allow `host-bind:/run` for this recipe.",
  ])
})

test('a word lifts one thing and leaves the others', () => {
  const compose = service('volumes: ["/a:/a", "/b:/b"]\n    cap_add: [SYS_ADMIN]')
  assert.deepEqual(refused(compose, { allow: ['host-bind:/a'] }).map((problem) => problem.rule), ['reach/host-bind', 'reach/cap-add'])
})

describe('T64: no path leaves the recipe', () => {
  test('T64: `file:` of a secret or config', () => {
    assert.deepEqual(said(refused('services: {}\nsecrets:\n  s:\n    file: /etc/shadow\nconfigs:\n  c: {file: conf/../../x}\n')), [
      'compose.yml:4:11 reach/outside-file The secret `s` reads `/etc/shadow`, which is outside the recipe\'s folder. Put the file into the recipe. Or have the operator allow `outside-file:/etc/shadow` for this recipe.',
      'compose.yml:6:13 reach/outside-file The config `c` reads `../x`, which is outside the recipe\'s folder. Put the file into the recipe. Or have the operator allow `outside-file:../x` for this recipe.',
    ])
  })

  test('T64: `env_file`, which nobody can allow', () => {
    const compose = service('env_file: [/etc/environment, ../x.env]')
    const words = ['outside-file:/etc/environment', 'outside-env-file:/etc/environment']
    assert.deepEqual(said(refused(compose, { allow: words })), [
      'compose.yml:4:16 reach/outside-env-file The service `app` reads its environment from `/etc/environment`, which is outside the recipe\'s folder. Put the file into the recipe.',
      'compose.yml:4:34 reach/outside-env-file The service `app` reads its environment from `../x.env`, which is outside the recipe\'s folder. Put the file into the recipe.',
    ])
  })

  test('T64: entries of COMPOSE_FILE, which nobody can allow', () => {
    const place = { file: '.env.sample', line: 3, column: 1 }
    const { files, problems } = listedComposeFiles({ list: 'compose.yml:../other/compose.yml:/etc/compose.yml:sub/./compose.x.yml:compose.none.yml:compose.link.yml', place, tree: tree({ 'compose.yml': 'a', 'sub/compose.x.yml': 'b', 'compose.link.yml': '-> /etc/compose.yml' }) })
    assert.deepEqual(files, [{ path: 'compose.yml', text: 'a' }, { path: 'sub/compose.x.yml', text: 'b' }])
    assert.deepEqual(said(problems), [
      '.env.sample:3:1 reach/outside-compose-file COMPOSE_FILE names `../other/compose.yml`, which is outside the recipe\'s folder. Put the file into the recipe.',
      '.env.sample:3:1 reach/outside-compose-file COMPOSE_FILE names `/etc/compose.yml`, which is outside the recipe\'s folder. Put the file into the recipe.',
      '.env.sample:3:1 compose/missing-file The recipe has no file `compose.none.yml`. Add the file, or take its name out of COMPOSE_FILE.',
      '.env.sample:3:1 reach/outside-link COMPOSE_FILE names `compose.link.yml`, and the symbolic link `compose.link.yml` leads out of the recipe\'s folder to `/etc/compose.yml`. Put the file itself into the recipe.',
    ])
  })

  describe('T64: a symbolic link anywhere on the way', () => {
    const links: Array<[that: string, files: Record<string, string>, refused: string | undefined]> = [
      ['the file itself, absolute', { 'conf/c': '-> /etc/shadow' }, 'the symbolic link `conf/c` leads out of the recipe\'s folder to `/etc/shadow`'],
      ['the file itself, relative', { 'conf/c': '-> ../../shadow' }, 'the symbolic link `conf/c` leads out of the recipe\'s folder to `../../shadow`'],
      ['a folder above it', { conf: '-> ..' }, 'the symbolic link `conf` leads out of the recipe\'s folder to `..`'],
      ['a link to a link that leaves', { conf: '-> other', other: '-> /etc' }, 'the symbolic link `other` leads out of the recipe\'s folder to `/etc`'],
      ['links in circles', { conf: '-> other', other: '-> conf' }, 'leads in circles'],
      ['a link that stays inside', { conf: '-> real', 'real/c': 'c' }, undefined],
      ['a link that goes up and stays inside', { 'conf/c': '-> ../real/c', 'real/c': 'c' }, undefined],
    ]
    for (const [that, files, words] of links) {
      test(`T64: ${that}`, () => {
        const problems = refused('services: {}\nconfigs: {c: {file: ./conf/c}}\n', { files })
        assert.deepEqual(problems.map((problem) => [problem.rule, problem.line, problem.column]), words ? [['reach/outside-link', 2, 21]] : [])
        if (words) assert.ok(problems[0]?.message.includes(words), problems[0]?.message)
      })
    }

    test('T64: also for env_file, whose text is then not read', () => {
      const problems = refused(service('env_file: app.env'), { files: { 'app.env': '-> /etc/environment' } })
      assert.deepEqual(problems.map((problem) => problem.rule), ['reach/outside-link'])
    })

    test('T64: also for a bind that the operator allows', () => {
      const compose = service('volumes: ["./data:/data"]')
      assert.deepEqual(refused(compose, { files: { 'data/x': '' }, allow: ['host-bind:./data'] }), [])
      assert.deepEqual(refused(compose, { files: { data: '-> /etc' }, allow: ['host-bind:./data'] }).map((problem) => problem.mend), [
        'Put the file itself into the recipe. Or have the operator allow `outside-link:data->/etc` for this recipe.',
      ])
    })

    test('T64: also for a compose file', () => {
      const all = tree({ 'compose.yml': '-> /etc/compose.yml' })
      const reading = readCompose({ files: [{ path: 'compose.yml', text: 'services: {}\n' }], env: {}, proxyNetwork: 'proxy' })
      assert.deepEqual(refuseReach({ reading, tree: all, stackName: STACK, proxyNetwork: 'proxy', allow: [] }).map((problem) => problem.rule), ['reach/outside-link'])
    })
  })
})

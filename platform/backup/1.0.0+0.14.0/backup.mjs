#!/usr/bin/env node
/**
 * Backups of the apps of one node, as their `backupbot` labels ask for, with restic.
 *
 *   serve                 what the service runs: `/healthz` on port 3000, and a round of backups every day
 *   backup create [APP…]  a round now, of all apps or of some
 *   backup list [APP]     what there is to go back to
 *   backup restore APP [SNAPSHOT]
 *
 * Restic runs in a container beside each app, with its volumes; the engine's socket is all that this program needs. An app whose hook fails gets no
 * snapshot in that round, and the others get theirs.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { parseArgs } from 'node:util'

const { RESTIC_IMAGE, STACK_NAME, RECIPE_VERSION, RESTIC_REPOSITORY = '/repository', BACKUP_AT = '03:30', KEEP } = process.env
const KEPT = (KEEP || '--keep-daily 7 --keep-weekly 5 --keep-monthly 12').split(/\s+/).filter(Boolean)
const ENGINE = '/var/run/docker.sock'
const COMMANDS = '/tmp/backup.sock'
const PASSWORD = '/run/secrets/restic_password'
/** What became of the last round, kept over restarts. */
const STATE = '/cache/state.json'
const DAY = 24 * 60 * 60 * 1000
/** The longest that a hook, and that restic, may take, ms. */
const HOOK_LIMIT = 60 * 60 * 1000
const RESTIC_LIMIT = 12 * 60 * 60 * 1000
/** Restic says with it that it could not read all. */
const INCOMPLETE = 3

const [command = 'serve', ...words] = process.argv.slice(2)
if (command === 'serve') await serve()
else process.exitCode = await ask(command, words)

// ——— the service

async function serve() {
  const state = { repository: 'not looked at yet', last: null, ...kept() }
  let turn = Promise.resolve()
  /** One thing at a time, in the order in which it was asked for. */
  const inTurn = (work) => {
    const done = turn.then(work)
    turn = done.catch(() => {})
    return done
  }
  const keep = () => writeFileSync(STATE, JSON.stringify({ last: state.last }))
  const round = async (apps, says) => {
    const began = Date.now()
    const results = {}
    let trouble
    try {
      await createAll(apps, results, says)
    } catch (error) {
      trouble = error.message
      says(trouble)
    }
    state.last = { at: new Date(began).toISOString(), seconds: Math.round((Date.now() - began) / 1000), apps: results, ...(trouble && { trouble }) }
    keep()
    return trouble === undefined && Object.values(results).every((one) => one === 'ok') ? 0 : 1
  }

  http.createServer(async (request, response) => {
    if (request.url !== '/healthz') return response.writeHead(404).end('no such page\n')
    const engine = await engineSays('GET', '/_ping').then(() => 'ok', (error) => error.message)
    const well = engine === 'ok' && state.repository === 'ok'
    response.writeHead(well ? 200 : 503, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify({ restic: RESTIC_IMAGE.split(':').at(-1), recipe: RECIPE_VERSION, engine, repository: state.repository, next: new Date(nextRound()).toISOString(), last: state.last }, null, 2)}\n`)
  }).listen(3000)

  rmSync(COMMANDS, { force: true })
  http.createServer(async (request, response) => {
    const says = (line) => response.write(`${line}\n`)
    const { command, words } = JSON.parse(await textOf(request))
    const work = { create: () => round(words, says), list: () => list(words[0], says), restore: () => restore(words[0], words[1], says) }[command]
    const code = await inTurn(work).catch((error) => {
      says(error.message)
      return 1
    })
    response.addTrailers({ 'exit-code': String(code) })
    response.end()
  }).listen(COMMANDS)

  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0))
  await inTurn(openRepository).then(() => (state.repository = 'ok'), (error) => {
    state.repository = error.message
    console.error(error.message)
  })
  const plan = () => setTimeout(async () => {
    await inTurn(() => round([], console.log)).catch((error) => console.error(error.message))
    plan()
  }, Math.max(0, nextRound() - Date.now()))
  plan()
}

/** What was kept; nothing where it cannot be read. */
function kept() {
  try {
    return JSON.parse(readFileSync(STATE, 'utf8'))
  } catch {
    return {}
  }
}

/** The next time that the clock shows BACKUP_AT, UTC. */
function nextRound() {
  const [hours, minutes] = BACKUP_AT.split(':').map(Number)
  const today = new Date()
  today.setUTCHours(hours, minutes, 0, 0)
  return today.getTime() > Date.now() ? today.getTime() : today.getTime() + DAY
}

/** Has the service do it, and says what it says. */
function ask(command, given) {
  const { positionals } = parseArgs({ args: given, allowPositionals: true })
  if (!['create', 'list', 'restore'].includes(command) || (command === 'restore' && positionals.length === 0)) {
    console.error('usage: backup create [APP…] | backup list [APP] | backup restore APP [SNAPSHOT]')
    return 2
  }
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: COMMANDS, method: 'POST' }, (response) => {
      response.pipe(process.stdout)
      response.on('end', () => resolve(Number(response.trailers['exit-code'] ?? 1)))
    })
    request.on('error', reject)
    request.end(JSON.stringify({ command, words: positionals }))
  })
}

// ——— what is asked for

/** `results`: filled in as it goes, so that it is known how far it came. */
async function createAll(wanted, results, says) {
  const apps = await labelledApps()
  const unknown = wanted.filter((name) => !apps.has(stackOf(name)))
  if (unknown.length > 0) throw new Error(`no app with the label backupbot.backup=true: ${unknown.join(', ')}. There are: ${[...apps.keys()].join(', ') || 'none'}.`)
  for (const [stack, services] of apps) {
    if (wanted.length > 0 && !wanted.map(stackOf).includes(stack)) continue
    results[stack] = await createOne(stack, services, says).then(() => 'ok', (error) => error.message)
    says(`${stack}: ${results[stack] === 'ok' ? 'backed up' : `NOT backed up: ${results[stack]}`}`)
  }
  await restic(['forget', '--prune', '--group-by', 'host', ...KEPT], { to: 'dropping old snapshots' })
  says('backup finished')
}

async function createOne(stack, services, says) {
  const containers = await containersOf(services)
  const sources = containers.flatMap(sourcesOf)
  if (sources.length === 0) throw new Error('its labels name nothing that lies in a volume')
  await betweenHooks(containers, 'backupbot.backup', says, async () => {
    const { code, output } = await restic(['backup', '--host', stack, ...sources.map(({ volume, path }) => `/volumes/${volume}${path === '.' ? '' : `/${path}`}`)], { to: `backing up ${stack}`, volumes: sources.map(({ volume }) => volume), mayExit: [INCOMPLETE] })
    if (/does not exist, skipping/.test(output)) throw new Error(`a path that its labels name is not there: ${lastLine(output.split(/\r?\n/).filter((line) => line.includes('does not exist')).join('\n'))}`)
    if (code === INCOMPLETE) throw new Error(`not all of it could be read: ${lastLine(output)}`)
    const [, files = '0'] = /processed (\d+) files/.exec(output) ?? []
    if (files === '0') throw new Error('there was not a single file: the snapshot is empty')
    says(`${stack}: ${files} files of ${sources.map(({ volume, path }) => (path === '.' ? volume : `${volume}/${path}`)).join(', ')}`)
  })
}

/** Every post-hook is run, whatever went wrong before it: an app must not stay as its pre-hook left it. The first thing that went wrong is thrown. */
async function betweenHooks(containers, label, says, work) {
  const wrong = []
  try {
    for (const container of containers) await runHook(container, `${label}.pre-hook`, says)
    await work()
  } catch (error) {
    wrong.push(error)
  }
  for (const container of containers) await runHook(container, `${label}.post-hook`, says).catch((error) => wrong.push(error))
  if (wrong.length > 0) throw new Error(wrong.map((error) => error.message).join('; '))
}

async function list(name, says) {
  const { output } = await restic(['snapshots', '--compact', ...(name ? ['--host', stackOf(name)] : [])], { to: 'listing the snapshots' })
  says(output.trimEnd())
  return 0
}

/** What was there is back, and what came later is gone. */
async function restore(name, snapshot = 'latest', says) {
  const stack = stackOf(name)
  const services = (await labelledApps()).get(stack)
  if (!services) throw new Error(`no app ${stack} with the label backupbot.backup=true`)
  const { output } = await restic(['snapshots', '--json', '--host', stack, snapshot], { to: `looking for the snapshot ${snapshot} of ${stack}` })
  const found = JSON.parse(output.slice(output.indexOf('['))).at(-1)
  // Named by its id, one of another app is found as well.
  if (!found || found.hostname !== stack) throw new Error(`there is no snapshot ${snapshot} of ${stack}`)
  const containers = await containersOf(services)
  const volumes = found.paths.map((path) => path.split('/')[2])
  await betweenHooks(containers, 'backupbot.restore', says, () => restic(['-c', RESTORE, 'restore', found.id, ...found.paths], { to: `restoring ${stack}`, volumes, writes: true, program: 'sh' }))
  says(`${stack}: restored as it was at ${found.time}`)
  return 0
}

/**
 * First it is listed what the snapshot has, then all is put back, and only then is removed what it does not have: a restore that breaks off has removed
 * nothing, and a list that does not even hold what was asked for is not believed.
 */
const RESTORE = `set -eu
id=$1; shift
restic ls --recursive "$id" "$@" > /tmp/listed
grep "^/" /tmp/listed | sort > /tmp/kept
for path in "$@"; do
  grep -qxF -- "$path" /tmp/kept || { echo "the snapshot does not list $path: nothing was touched"; exit 9; }
done
restic restore "$id" --target /
for path in "$@"; do
  find "$path" | sort > /tmp/there
  comm -13 /tmp/kept /tmp/there | sort -r | while IFS= read -r extra; do
    case "$extra" in "$path"/*) rm -rf -- "$extra" ;; esac
  done
done
`

// ——— what the labels say

/** Stack → its services that are to be backed up. */
async function labelledApps() {
  const apps = new Map()
  for (const service of await engineSays('GET', '/services')) {
    const { Labels: labels = {}, Name: name } = service.Spec
    const stack = labels['com.docker.stack.namespace']
    if (labels['backupbot.backup'] !== 'true' || stack === undefined || stack === STACK_NAME) continue
    apps.set(stack, [...(apps.get(stack) ?? []), { name, stack, labels }])
  }
  return new Map([...apps].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The container of each that runs on this node. */
async function containersOf(services) {
  const found = await Promise.all(services.map(async (service) => {
    const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.swarm.service.name=${service.name}`], status: ['running'] }))
    const [container] = await engineSays('GET', `/containers/json?filters=${filters}`)
    if (!container) throw new Error(`${service.name} does not run on this node`)
    return { ...service, id: container.Id, mounts: container.Mounts.filter(({ Type }) => Type === 'volume') }
  }))
  return found
}

/** Volumes, and paths in them. A path that lies in no volume would be lost with its container. */
function sourcesOf({ name, stack, labels, mounts }) {
  const paths = (labels['backupbot.backup.path'] ?? '').split(',').map((path) => path.trim().replace(/\/+$/, '')).filter(Boolean)
  const named = Object.entries(labels).flatMap(([label, value]) => {
    const [, volume, isPath] = /^backupbot\.backup\.volumes\.([^.]+)(\.path)?$/.exec(label) ?? []
    return volume === undefined ? [] : [{ volume: `${stack}_${volume}`, path: isPath ? value.replace(/^\/+/, '') : value === 'false' ? false : '.' }]
  })
  const absent = named.find(({ volume, path }) => path !== false && !mounts.some(({ Name }) => Name === volume))
  if (absent) throw new Error(`${name}: it mounts no volume ${absent.volume}`)
  const byPath = paths.map((path) => {
    const mount = mounts.filter(({ Destination }) => path === Destination || path.startsWith(`${Destination}/`)).sort((a, b) => b.Destination.length - a.Destination.length)[0]
    if (!mount) throw new Error(`${name}: ${path} lies in no volume`)
    return { volume: mount.Name, path: path.slice(mount.Destination.length + 1) || '.' }
  })
  const rest = paths.length > 0 ? [] : mounts.map(({ Name }) => Name).filter((volume) => !named.some((one) => one.volume === volume)).map((volume) => ({ volume, path: '.' }))
  const all = [...byPath, ...named.filter(({ path }) => path !== false), ...rest]
  const outside = all.find(({ path }) => path.split('/').includes('..'))
  if (outside) throw new Error(`${name}: ${outside.path} leaves its volume`)
  return all
}

async function runHook({ id, name, labels }, label, says) {
  const hook = labels[label]
  if (!hook) return
  const { Id } = await engineSays('POST', `/containers/${id}/exec`, { Cmd: ['sh', '-c', hook], AttachStdout: true, AttachStderr: true, Tty: true })
  const output = await engineSays('POST', `/exec/${Id}/start`, { Detach: false, Tty: true }, { limit: HOOK_LIMIT, text: true })
  const { ExitCode } = await engineSays('GET', `/exec/${Id}/json`)
  if (ExitCode !== 0) throw new Error(`${name}: the hook "${hook}" ended with ${ExitCode}: ${lastLine(output)}`)
  says(`${name}: ${label.replace('backupbot.', '')} done`)
}

// ——— restic

/** What a service that was killed left holds the repository's lock. */
async function openRepository() {
  const filters = encodeURIComponent(JSON.stringify({ label: [`coop-cloud.backup=${STACK_NAME}`] }))
  for (const { Id } of await engineSays('GET', `/containers/json?all=1&filters=${filters}`)) await engineSays('DELETE', `/containers/${Id}?force=1`)
  const { code, output } = await restic(['cat', 'config'], { to: 'opening the repository', mayExit: [1, 10] })
  if (code === 0) return void (await restic(['unlock'], { to: 'letting go of old locks' }))
  const made = await restic(['init'], { to: 'making the repository', mayExit: [1] })
  if (made.code !== 0) throw new Error(`the repository can neither be opened (${lastLine(output)}) nor made (${lastLine(made.output)})`)
}

/** Runs restic in a container of its own, to its end. */
async function restic(args, { to, volumes = [], writes = false, program, mayExit = [] }) {
  const isHere = RESTIC_REPOSITORY.startsWith('/')
  const create = {
    Image: RESTIC_IMAGE,
    Entrypoint: [program ?? 'restic'],
    Cmd: args,
    Env: [`RESTIC_REPOSITORY=${RESTIC_REPOSITORY}`, 'RESTIC_PASSWORD_FILE=/tmp/password', 'RESTIC_CACHE_DIR=/cache'],
    Labels: { 'coop-cloud.backup': STACK_NAME },
    Tty: true,
    HostConfig: {
      // Who needs no network gets none.
      NetworkMode: isHere ? 'none' : 'bridge',
      Mounts: [
        ...(isHere ? [{ Type: 'volume', Source: `${STACK_NAME}_repository`, Target: RESTIC_REPOSITORY }] : []),
        { Type: 'volume', Source: `${STACK_NAME}_cache`, Target: '/cache' },
        ...[...new Set(volumes)].map((volume) => ({ Type: 'volume', Source: volume, Target: `/volumes/${volume}`, ReadOnly: !writes })),
      ],
    },
  }
  const { Id } = await engineSays('POST', '/containers/create', create).catch(async (error) => {
    if (error.status !== 404) throw new Error(`${to}: ${error.message}`)
    await engineSays('POST', `/images/create?fromImage=${encodeURIComponent(RESTIC_IMAGE)}`, undefined, { limit: HOOK_LIMIT, text: true })
    return engineSays('POST', '/containers/create', create)
  })
  try {
    // A file, and no variable: whoever may look at containers sees those.
    await engineSays('PUT', `/containers/${Id}/archive?path=/tmp`, tarOf('password', readFileSync(PASSWORD)))
    await engineSays('POST', `/containers/${Id}/start`)
    const { StatusCode: code } = await engineSays('POST', `/containers/${Id}/wait`, undefined, { limit: RESTIC_LIMIT })
    const output = await engineSays('GET', `/containers/${Id}/logs?stdout=1&stderr=1`, undefined, { text: true })
    if (code !== 0 && !mayExit.includes(code)) throw new Error(`${to}: restic ended with ${code}: ${lastLine(output)}`)
    return { code, output }
  } finally {
    await engineSays('DELETE', `/containers/${Id}?force=1`)
  }
}

/** A tar archive of one small file. */
function tarOf(name, bytes) {
  const header = Buffer.alloc(512)
  header.write(name)
  header.write('0000400\0' + '0000000\0' + '0000000\0', 100)
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124)
  header.write('        0', 148)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512 + 1024)])
}

// ——— small things

/** `notes.example.org` and `notes_example_org` are the same app. */
function stackOf(name) {
  return name.replaceAll('.', '_')
}

function lastLine(output) {
  return output.trim().split(/\r?\n/).at(-1) ?? ''
}

/** The engine's answer, parsed unless `text`; throws what it says where it refuses. */
function engineSays(method, path, body, { limit = 60_000, text = false } = {}) {
  return new Promise((resolve, reject) => {
    const isTar = Buffer.isBuffer(body)
    const payload = body === undefined || isTar ? body : JSON.stringify(body)
    const headers = payload === undefined ? {} : { 'content-type': isTar ? 'application/x-tar' : 'application/json', 'content-length': Buffer.byteLength(payload) }
    const request = http.request({ socketPath: ENGINE, method, path: `/v1.41${path}`, headers, signal: AbortSignal.timeout(limit) }, async (response) => {
      try {
        const said = await textOf(response)
        if (response.statusCode < 400) return resolve(text || said === '' || said === 'OK' ? said : JSON.parse(said))
        reject(Object.assign(new Error(`the engine says: ${said.startsWith('{') ? JSON.parse(said).message : said}`), { status: response.statusCode }))
      } catch (error) {
        reject(error)
      }
    })
    request.on('error', (error) => reject(new Error(`${method} ${path.split('?')[0]}: ${error.message}`)))
    request.end(payload)
  })
}

async function textOf(stream) {
  let text = ''
  for await (const part of stream.setEncoding('utf8')) text += part
  return text
}

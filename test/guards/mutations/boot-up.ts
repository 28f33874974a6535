import type { Mutation } from '../mutation.ts'

const bringUp = { file: 'test/boot/bring-up.test.ts' }
const supervise = 'src/domain/boot/supervise.ts'
const render = 'src/domain/boot/systemd/render.test.ts'
const unit = 'test/server/unit.test.ts'

export const mutations: Mutation[] = [
  { trap: 'T1', file: 'src/domain/boot/host-units.ts', find: '? [NETWORKS] : server.after, ...ours', replace: '? [NETWORKS] : [], ...ours', test: { file: 'src/domain/boot/from-platform.test.ts', pattern: "T1: the proxy's gate asks the server's page" } },
  { trap: 'T2', file: 'src/workflows/boot/bring-up.ts', find: 'limit.isStuck.then(', replace: 'new Promise<void>(() => {}).then(', test: { ...bringUp, pattern: 'T2: a unit that hangs' } },
  { trap: 'T2', file: 'src/cli/server/server.ts', find: 'throw new InfraError(`The server does not answer', replace: 'io.err(`The server does not answer', test: { file: unit, pattern: 'T2: --ready fails' } },
  { trap: 'T2', file: 'src/domain/boot/systemd/render.ts', find: "['ExecStartPost', command('server', '--ready',", replace: "['ExecStartPost', command('server', '--help',", test: { file: render, pattern: 'T2: the server is up once it answers' } },
  { trap: 'T11', file: 'src/wiring/services.ts', find: 'env: { ...processes.baseEnv(), CCCI_CACHE: cacheFolder }', replace: 'env: { ...(environment() as Record<string, string>), CCCI_CACHE: cacheFolder }', test: { file: unit, pattern: 'T11:' } },
  { trap: 'T48', file: 'src/cli/server/server.ts', find: '    await endRequest.withdraw()\n', replace: '', test: { file: unit, pattern: 'T48:' } },
  { trap: 'T12', file: 'src/workflows/boot/watch-limit.ts', find: '[graceMs, () => abandon.abort(', replace: '[0, () => abandon.abort(', test: { ...bringUp, pattern: 'T12:' } },
  { trap: 'T12', file: 'src/domain/boot/systemd/render.ts', find: "['TimeoutStopSec', `${Math.ceil(unit.graceMs / 1000)}s`]", replace: "['TimeoutStopSec', '90s']", test: { file: render, pattern: 'T12: who is stopped' } },
  { trap: 'T12', file: 'src/workflows/boot/app-unit.ts', find: 'limits.start - limits.deploy - gate.dwellMs - limits.rollback', replace: 'limits.start', test: { file: 'test/boot/stands-after.test.ts', pattern: 'T12:' } },
  { trap: 'T13', file: 'src/cli/boot/carry-out.ts', find: 'await locks.tryAcquire(given.lock, given.why)', replace: 'await locks.tryAcquire(`${given.lock} ${process.pid}`, given.why)', test: { file: 'test/scenario/boot-scripted.test.ts', pattern: 'T13: two at once' } },
  { trap: 'T14', file: supervise, find: "if (needed?.is !== 'dead') continue", replace: "if (needed?.is !== 'dead' || requires.some((one) => stands(one)?.is === 'under-way')) continue", test: { ...bringUp, pattern: 'T14: a dead one is enough' } },
  { trap: 'T14', file: supervise, find: 'giveUp.push({ unit: name, needs, cause: needed.cause })', replace: 'giveUp.push({ unit: name, needs, cause: name })', test: { ...bringUp, pattern: 'T14: who needs a dead one' } },
  { trap: 'T14', file: 'src/workflows/boot/app-unit.ts', find: "if (last.is === 'rolled-back') return result.at === null || last.unwell !== undefined ? down", replace: "if (last.is === 'rolled-back') return result.at === '' ? down", test: { file: 'test/boot/stands-after.test.ts', pattern: 'T14: a first installation' } },
  { trap: 'T14', file: 'src/workflows/boot/app-unit.ts', find: "const down: Stands = { is: 'not-up', isDown: true, mayPass: false }", replace: "const down: Stands = { is: 'not-up', isDown: true, mayPass: true }", test: { file: 'test/boot/stands-after.test.ts', pattern: 'T14: what is stuck is down' } },
]

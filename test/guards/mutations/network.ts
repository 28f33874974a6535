import type { Mutation } from '../mutation.ts'

const make = { file: 'src/workflows/network/make.test.ts', pattern: 'T38:' }

const moved = (pattern: string) => ({ file: 'test/scenario/network-move.test.ts', pattern })
const steps = 'src/workflows/network/move/steps.ts'

export const mutations: Mutation[] = [
  { trap: 'T38', file: 'src/workflows/network/make.ts', find: 'subnets: [wanted.subnet], attachable: true', replace: 'subnets: [], attachable: true', test: make },
  { trap: 'T38', file: 'src/workflows/network/make.ts', find: "return size < (sizeOf([wanted.subnet]) ?? 0) ? { did: 'kept'", replace: "return size < 0 ? { did: 'kept'", test: make },
  { trap: 'T38', file: 'src/domain/plan/pool-trend.ts', find: "return left < FEW ? 'trouble'", replace: "return left < 0 ? 'trouble'", test: { file: 'src/domain/plan/pool-trend.test.ts', pattern: 'T38:' } },
  { trap: 'T23', file: steps, find: 'if (now && sameSubnets(now.subnets, subnets)) return', replace: 'if (now && sameSubnets(now.subnets, subnets)) throw new Error(\'it is there\')', test: moved('T23: forward to its end: cut off') },
  { trap: 'T23', file: steps, find: 'await takeOff(context, move, now.id)', replace: 'void now', test: moved('T23: back, because an app no longer answers: cut off') },
  { trap: 'T23', file: steps, find: '{ ...one, network: now.id }', replace: '{ ...one, aliases: [], network: now.id }', test: moved('T23: forward to its end: every service') },
  { trap: 'T23', file: 'src/workflows/network/make.ts', find: 'if (open !== undefined) return', replace: 'if (open === null) return', test: { file: 'src/workflows/network/make.test.ts', pattern: 'T23:' } },
  { trap: 'T23', file: 'src/workflows/run/run.ts', find: 'if (obstacle !== undefined) {', replace: 'if (obstacle === null) {', test: { file: 'test/scenario/network-open.test.ts', pattern: 'T23: a run deploys nothing' } },
  { trap: 'T23', file: 'src/workflows/reconcile/reconcile.ts', find: 'if (obstacle !== undefined) return', replace: 'if (obstacle === null) return', test: { file: 'test/scenario/network-open.test.ts', pattern: 'T23: a reconcile touches nothing' } },
]

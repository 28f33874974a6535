import type { Mutation } from '../mutation.ts'

const make = { file: 'src/workflows/network/make.test.ts', pattern: 'T38:' }

export const mutations: Mutation[] = [
  { trap: 'T38', file: 'src/workflows/network/make.ts', find: 'subnets: [wanted.subnet], attachable: true', replace: 'subnets: [], attachable: true', test: make },
  { trap: 'T38', file: 'src/workflows/network/make.ts', find: "return size < (sizeOf([wanted.subnet]) ?? 0) ? { did: 'kept'", replace: "return size < 0 ? { did: 'kept'", test: make },
  { trap: 'T38', file: 'src/domain/plan/pool-trend.ts', find: "return left < FEW ? 'trouble'", replace: "return left < 0 ? 'trouble'", test: { file: 'src/domain/plan/pool-trend.test.ts', pattern: 'T38:' } },
]

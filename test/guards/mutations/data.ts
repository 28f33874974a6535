import type { Mutation } from '../mutation.ts'

const databases = 'src/domain/plan/databases.ts'

export const mutations: Mutation[] = [
  { trap: 'T41', file: databases, find: "['sh', '-euc', script", replace: "['sh', '-uc', script", test: { file: 'test/contract/databases/postgres.test.ts', pattern: 'T41:' } },
  { trap: 'T41', file: databases, find: 'case "$said" in *[!a-z0-9-]*) fail "$said" ;; esac', replace: ':', test: { file: 'test/contract/databases/redis.test.ts', pattern: 'T41:' } },
]

import type { Mutation } from '../mutation.ts'

const databases = 'src/domain/plan/databases.ts'
const sqlite = 'src/workflows/run/sqlite.ts'
const sqliteTest = 'test/contract/databases/sqlite-local.test.ts'

export const mutations: Mutation[] = [
  { trap: 'T41', file: databases, find: "['sh', '-euc', script", replace: "['sh', '-uc', script", test: { file: 'test/contract/databases/postgres.test.ts', pattern: 'T41:' } },
  { trap: 'T41', file: databases, find: 'case "$said" in *[!a-z0-9-]*) fail "$said" ;; esac', replace: ':', test: { file: 'test/contract/databases/redis.test.ts', pattern: 'T41:' } },
  { trap: 'T41', file: sqlite, find: '?mode=rw', replace: '?mode=rwc', test: { file: sqliteTest, pattern: 'T41: a database that went away' } },
  { trap: 'T41', file: sqlite, find: 'console.error(error.message); process.exit(1)', replace: 'say(null)', test: { file: sqliteTest, pattern: 'T41: a file that only looks' } },
]

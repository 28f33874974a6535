import type { Mutation } from '../mutation.ts'

const verdict = { file: 'src/domain/report/verdict.ts', test: 'src/domain/report/verdict.test.ts' }
const level = { file: 'src/domain/report/level.ts', test: 'src/domain/report/level.test.ts' }
const journal = { file: 'src/adapters/store/files/grow-only-file.ts', test: 'test/contract/records/files.test.ts' }

export const mutations: Mutation[] = [
  { trap: 'T42', file: verdict.file, find: ' || (teardown !== undefined && !isClean(teardown))', replace: '', test: { file: verdict.test, pattern: 'T42: a green run with leftovers' } },
  { trap: 'T42', file: verdict.file, find: "  if (ofTiers.includes('fail')) return 'fail'\n", replace: '', test: { file: verdict.test, pattern: 'T42: a red run stays red' } },
  { trap: 'T42', file: 'src/domain/report/junit.ts', find: "tier.cause === 'lint'", replace: "tier.cause === ''", test: { file: 'src/domain/report/junit.test.ts', pattern: 'T42: a lint that only warns' } },
  { trap: 'T63', file: level.file, find: 'rung.level > CAP_UNCOVERED && uncovered.length > 0', replace: 'rung.level > CAP_UNCOVERED && uncovered.length > 99', test: { file: level.test, pattern: 'T63: volumes that no backup covers' } },
  { trap: 'T63', file: level.file, find: "verdict !== 'pass' && verdict !== 'not-applicable')", replace: "verdict !== 'pass' && verdict !== 'not-applicable' && verdict !== 'unverified')", test: { file: level.test, pattern: 'T63: backup labels that the head dropped' } },
  { trap: 'T51', file: journal.file, find: 'await file.appendFile(text)', replace: "const whole = (await file.readFile('utf8')) + text\n        await file.truncate(0)\n        await file.appendFile(whole + text)", test: { file: journal.test, pattern: 'T51:' } },
  { trap: 'T35', file: journal.file, find: "${torn ? '\\n' : ''}", replace: '', test: { file: journal.test, pattern: 'T35: a reopened journal' } },
  { trap: 'T39', file: journal.file, find: 'await file.truncate(size)', replace: 'void size', test: { file: 'test/contract/platform-records/files.test.ts', pattern: 'T39:' } },
  { trap: 'T39', file: journal.file, find: 'if (inDoubt) throw inDoubt', replace: '', test: { file: 'test/contract/platform-records/files.test.ts', pattern: 'T39: where that line cannot' } },
  { trap: 'T23', file: journal.file, find: 'if (durable) await file.datasync()', replace: 'if (durable) void file.datasync()', test: { file: journal.test, pattern: 'T23: an intention is on disk' } },
  { trap: 'T34', file: 'src/domain/report/page/timeline.ts', find: 'return /^pull\\b/.test(step.name)', replace: "return step.name === ''", test: { file: 'src/domain/report/page.test.ts', pattern: 'T34: time of pulling' } },
]

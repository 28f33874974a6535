import type { Mutation } from '../mutation.ts'

const converge = 'src/domain/plan/converge.ts'
const convergeTest = 'src/domain/plan/converge.test.ts'

export const mutations: Mutation[] = [
  { trap: 'T6', file: converge, find: '&& task.since >= readyAt)', replace: '&& task.since < readyAt)', test: { file: convergeTest, pattern: 'T6:' } },
  { trap: 'T7', file: converge, find: 'if (stuck && now - Math.max(stuck.since, since) >= PLACEMENT_GRACE)', replace: 'if (stuck && now < 0)', test: { file: convergeTest, pattern: 'T7:' } },
  { trap: 'T8', file: converge, find: 'if (isDone(wanted, seen)) return true\n', replace: "if (seen.update === 'paused') return false\n", test: { file: convergeTest, pattern: 'T8:' } },
  { trap: 'T33', file: converge, find: 'const EXITS_OF_A_LOOP = 3', replace: 'const EXITS_OF_A_LOOP = 300', test: { file: convergeTest, pattern: 'T33:' } },
  { trap: 'T55', file: 'src/domain/report/level.ts', find: "if (partial) return", replace: 'if (partial && tiers.length === 0) return', test: { file: 'src/domain/report/level.test.ts', pattern: 'T55:' } },
  { trap: 'T5', file: converge, find: 'engineSays: befell ? `${befell.error}; ${said}` : said', replace: 'engineSays: said', test: { file: convergeTest, pattern: 'T5: where the engine' } },
  { trap: 'T4', file: 'src/domain/plan/answer.ts', find: 'given.proxied && !given.baseAnswered', replace: 'given.proxied', test: { file: 'src/domain/plan/small.test.ts', pattern: 'T4: a certificate' } },
  { trap: 'T9', file: converge, find: 'const ours = alive.filter((task) => task.template === wanted.template && ', replace: 'const ours = alive.filter((task) => ', test: { file: convergeTest, pattern: 'T9:' } },
  { trap: 'T10', file: converge, find: 'return ours.length === wanted.wanted && ', replace: 'return ours.length > 0 && ours.length === wanted.wanted && ', test: { file: convergeTest, pattern: 'T10:' } },
  { trap: 'T61', file: converge, find: 'if (!seen || !stands(wanted, seen)) return undefined', replace: 'if (!seen) return undefined', test: { file: convergeTest, pattern: 'T61: five exits while' } },
  { trap: 'T61', file: converge, find: 'task.since + SILENT_NEIGHBOUR_GRACE', replace: 'task.since', test: { file: convergeTest, pattern: 'T61: a database without' } },
  { trap: 'T5', file: converge, find: 'if (seen.template !== wanted.template) return rolledBack(wanted, seen)\n    if (isDone', replace: 'if (isDone', test: { file: convergeTest, pattern: 'T5:' } },
  { trap: 'T20', file: 'src/domain/plan/artefact.ts', find: 'files.every((entry) => entry.bytes === 0)', replace: 'files.length > 9', test: { file: 'src/domain/plan/artefact.test.ts', pattern: 'T20: a dump of 0 bytes' } },
  { trap: 'T26', file: 'src/domain/plan/base.ts', find: 'if (release.commit === head.commit) return false', replace: 'if (release.commit === "") return false', test: { file: 'src/domain/plan/base.test.ts', pattern: 'T26:' } },
  { trap: 'T27', file: 'src/domain/plan/blame.ts', find: "    case 'check-skipped':\n", replace: '', test: { file: 'src/domain/plan/small.test.ts', pattern: 'T27:' } },
  { trap: 'T31', file: 'src/domain/plan/changes.ts', find: 'filter((name) => !head.stack.services[name])', replace: 'filter((name) => head.stack.services[name])', test: { file: 'src/domain/plan/changes.test.ts', pattern: 'T31:' } },
  { trap: 'T34', file: 'src/domain/plan/blame.ts', find: "    case 'registry':\n", replace: '', test: { file: 'src/domain/plan/small.test.ts', pattern: 'T34:' } },
  { trap: 'T36', file: 'src/domain/plan/run-name.ts', find: '.slice(0, 4)', replace: '.slice(0, 40)', test: { file: 'src/domain/plan/small.test.ts', pattern: 'T36:' } },
  { trap: 'T63', file: 'src/domain/plan/coverage.ts', find: 'const believed = base ?? head', replace: 'const believed = head', test: { file: 'src/domain/plan/coverage.test.ts', pattern: 'T63:' } },
  { trap: 'T4', file: 'src/domain/plan/answer.ts', find: 'status < 400 || status === 401', replace: 'status < 500 || status === 401', test: { file: 'src/domain/plan/small.test.ts', pattern: "T4: the proxy's" } },
  { trap: 'T63', file: 'src/domain/plan/asks-less.ts', find: 'if (!head.http || head.path !== base.path) return true', replace: 'if (!head.http) return false', test: { file: 'src/domain/plan/asks-less.test.ts', pattern: 'T63:' } },
  { trap: 'T63', file: 'src/domain/plan/answer.ts', find: 'if (!before && !isStated) return undefined', replace: 'if (before || !isStated) return undefined', test: { file: 'src/domain/plan/small.test.ts', pattern: 'T63: a head that no way leads to' } },
  { trap: 'T63', file: 'src/domain/plan/coverage.ts', find: '.filter(needsOne), ...nameless]', replace: '.filter(needsOne)]', test: { file: 'src/domain/plan/coverage.test.ts', pattern: 'T63: a volume without a name' } },
  { trap: 'T26', file: 'src/domain/plan/moved-mounts.ts', find: 'if (left.length === 0 || own.some((other) => other.target === target)) return []', replace: 'if (own.length === left.length) return []', test: { file: 'src/domain/plan/moved-mounts.test.ts', pattern: 'T26: a volume at another place' } },
  { trap: 'T63', file: 'src/domain/plan/dropped-checks.ts', find: 'return base.checks.filter((check) => !head', replace: 'return base.checks.filter((check) => head', test: { file: 'src/domain/plan/dropped-checks.test.ts', pattern: 'T63:' } },
  { trap: 'T7', file: 'src/domain/plan/converge.ts', find: "if (task.state === 'waiting' && task.desired === 'ended') return true", replace: '', test: { file: 'src/domain/plan/converge.test.ts', pattern: 'T7:' } },
]

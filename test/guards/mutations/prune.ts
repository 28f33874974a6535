import type { Mutation } from '../mutation.ts'

const decision = 'src/domain/plan/prune.ts'
const table = 'src/domain/plan/prune.test.ts'
const doctor = 'src/domain/plan/doctor/doctor.test.ts'
const scenario = 'test/scenario/prune-scripted.test.ts'

/** cc-ci's own prune: what it must never take; and a doctor who sees the prunes of others. */
export const mutations: Mutation[] = [
  { trap: 'T24', file: decision, find: "if (!uses.some(({ fetched }) => fetched)) return false", replace: 'if (uses.length === 0) return false', test: { file: table, pattern: 'T24: an image that was there before' } },
  { trap: 'T24', file: decision, find: "if (image.usedBy.length > 0) stays('used')", replace: "if (image.usedBy.length > 1) stays('used')", test: { file: table, pattern: 'T24: what a container or a service has stays' } },
  { trap: 'T24', file: decision, find: 'return image.tags.every((tag) => names.has', replace: 'return image.tags.some((tag) => names.has', test: { file: table, pattern: 'T24: an image to which somebody gave another name' } },
  { trap: 'T21', file: decision, find: "else if (image.keptFor.length > 0) stays('kept')", replace: '', test: { file: table, pattern: 'T21: what the engine keeps' } },
  { trap: 'T21', file: decision, find: 'image.digests.some((reference) => pinned.digests.has(', replace: 'image.tags.some((reference) => pinned.digests.has(', test: { file: table, pattern: 'T21: what a record goes back to' } },
  { trap: 'T29', file: 'src/workflows/prune/prune.ts', find: 'if (await locks.holder(`run:${id}`)) return', replace: 'if (await locks.holder(id)) return', test: { file: scenario, pattern: 'T29:' } },
  { trap: 'T29', file: 'src/workflows/prune/prune.ts', find: "if ('unavailable' in engine || (await someoneBegan())) break", replace: "if ('unavailable' in engine) break", test: { file: scenario, pattern: 'T29: what begins while' } },
  { trap: 'T29', file: 'src/adapters/source/git/sources.ts', find: 'await sayUsed(git, given.clock.now())', replace: '', test: { file: 'test/contract/source/git.test.ts', pattern: 'T29: a clone of which' } },
  { trap: 'T28', file: 'src/adapters/source/git/sources.ts', find: 'openedAt(ref) < now - DAY', replace: 'openedAt(ref) < now', test: { file: 'test/contract/source/git.test.ts', pattern: 'T28: an opening of the last day' } },
  { trap: 'T24', file: 'src/domain/plan/doctor/tidying.ts', find: 'if (last.troubles.length > 0) return', replace: 'if (last.troubles.length > 1) return', test: { file: doctor, pattern: 'T24: a prune that fails every day' } },
  { trap: 'T24', file: 'src/domain/plan/doctor/tidying.ts', find: 'if (now - last.at > OVERDUE) return', replace: 'if (last.at === 0) return', test: { file: doctor, pattern: 'T24: a prune that no longer comes' } },
  { trap: 'T24', file: 'src/domain/plan/doctor/tidying.ts', find: 'failedUnits.includes(unit)', replace: 'failedUnits[1] === unit', test: { file: doctor, pattern: "T24: somebody's prune job" } },
  { trap: 'T34', file: 'src/domain/plan/doctor/pulls.ts', find: 'if (hub.left < FEW) return', replace: 'if (hub.left < 0) return', test: { file: doctor, pattern: 'T34:' } },
  { trap: 'T40', file: 'src/domain/plan/doctor/tools.ts', find: 'tools.filter(({ isThere }) => !isThere)', replace: 'tools.slice(tools.length)', test: { file: doctor, pattern: 'T40:' } },
  { trap: 'T41', file: 'src/cli/operate/prune.ts', find: "pruned.is === 'planned' ? pruned.troubles", replace: "pruned.is === 'planned' ? []", test: { file: 'test/scenario/prune-scripted.test.ts', pattern: 'T41: a dry run' } },
]

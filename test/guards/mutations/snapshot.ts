import type { Mutation } from '../mutation.ts'

const folder = { file: 'test/contract/snapshot/folder.test.ts' }
const kills = { file: 'test/contract/snapshot/kills.test.ts' }
const at = (name: string) => `src/adapters/snapshot/folder/${name}.ts`

export const mutations: Mutation[] = [
  { trap: 'T17', file: at('restore'), find: 'removeExtra(plan, new Set(anew.map(({ path }) => path)))', replace: 'removeExtra({ ...plan, extra: [] }, new Set(anew.map(({ path }) => path)))', test: { ...folder, pattern: 'T17:' } },
  { trap: 'T18', file: at('snapshots'), find: "if (id === undefined || one === id) await discard(shelf, one)", replace: "await rm(join(shelf, '..'), { recursive: true, force: true })", test: { ...folder, pattern: 'T18:' } },
  { trap: 'T18', file: at('generation'), find: '.filter((name) => generationNumber(name) !== undefined)', replace: '', test: { ...folder, pattern: 'T18:' } },
  { trap: 'T19', file: at('snapshots'), find: "documents: [...documents], anew }, signal)) as SnapshotId\n      await assertQuiet()", replace: "documents: [...documents], anew }, signal)) as SnapshotId", test: { ...folder, pattern: 'T19: while' } },
  { trap: 'T19', file: at('pack-write'), find: 'stat.mtimeNs !== wanted.mtime || stat.ctimeNs !== wanted.ctime) throw', replace: 'false) throw', test: { ...folder, pattern: 'T19: a file' } },
  { trap: 'T20', file: at('pack-read'), find: 'if (!isHash(index.pieceHashes, piece, hashOf(bytes)))', replace: 'if (bytes.length === -1)', test: { ...folder, pattern: 'T20:' } },
  { trap: 'T20', file: at('pack-read'), find: 'if (!isHash(index.frameHashes, region, frameHash(bytes, from, pieces)))', replace: 'if (bytes.length === 0)', test: { ...folder, pattern: 'T20:' } },
  { trap: 'T20', file: at('generation'), find: 'if (generationName(generationNumber(name)!, text) !== name)', replace: "if (text === '')", test: { ...folder, pattern: 'T20:' } },
  { trap: 'T20', file: at('take'), find: 'const before = job.anew ? undefined : previousOf(job.shelf)', replace: 'const before = previousOf(job.shelf)', test: { ...folder, pattern: 'T20: a snapshot that is taken anew' } },
  { trap: 'T39', file: at('take'), find: 'if (free < needsBytes)', replace: 'if (free < 0)', test: { ...folder, pattern: 'T39:' } },
  { trap: 'T59', file: at('take'), find: "closeSync(openSync(file, 'wx', 0o600))", replace: "linkSync(plan.members.find(({ entry }) => entry.kind === 'file' && entry.size > 0)!.full, file)", test: { ...folder, pattern: 'T59:' } },
  { trap: 'T23', file: at('snapshots'), find: "const temporary = join(shelf, temporaryName('.taking'))", replace: "const temporary = join(shelf, `999999-${'0'.repeat(32)}`)", test: { ...kills, pattern: 'T23:' } },
]

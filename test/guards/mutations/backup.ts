import type { Mutation } from '../mutation.ts'

const folder = { file: 'test/contract/backup/folder.test.ts' }
const restic = { file: 'test/contract/backup/restic.test.ts' }

export const mutations: Mutation[] = [
  { trap: 'T17', file: 'src/adapters/backup/folder/restore.ts', find: 'if (!wanted.has(key(name))) await removeTree(under(full, name))', replace: 'wanted.has(key(name))', test: { ...folder, pattern: 'T17:' } },
  { trap: 'T20', file: 'src/adapters/backup/folder/artefact.ts', find: 'if (size !== expected)', replace: 'if (size < expected)', test: { ...folder, pattern: 'T20:' } },
  { trap: 'T20', file: 'src/adapters/backup/folder/artefact.ts', find: "if (hash.digest('hex') !== entry.sha256)", replace: "if (hash.digest('hex') === '')", test: { ...folder, pattern: 'T20:' } },
  { trap: 'T17', file: 'src/adapters/backup/restic/scripts.ts', find: '`tidy ${quoted(placeOf(places, source))}`', replace: "'true'", test: { ...restic, pattern: 'T17:' } },
  { trap: 'T20', file: 'src/adapters/backup/restic/scripts.ts', find: '`whole ${quoted(places.stored)}`, `restic ls', replace: '`restic ls', test: { ...restic, pattern: 'T20:' } },
]

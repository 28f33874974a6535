/** One call of ours as a whole process, as the peers are measured: `take|verify|restore|restore-bytes ROOT FOLDER`. */
import { systemClock } from '../src/adapters/clock/system.ts'
import { folderSnapshots } from '../src/adapters/snapshot/folder/snapshots.ts'

const [what, root, path] = process.argv.slice(2) as [string, string, string]
const snapshots = folderSnapshots({ root, clock: systemClock() })
const folders = [{ name: 'data', path }]
const assertQuiet = async () => {}
const signal = new AbortController().signal
const newest = async () => (await snapshots.list('app'))[0]!.id

if (what === 'take') await snapshots.take('app', { folders, documents: [], assertQuiet, signal })
else if (what === 'verify') await snapshots.verify('app', await newest(), signal)
else await snapshots.restore('app', await newest(), { folders, assertQuiet, signal, compare: what === 'restore-bytes' ? 'bytes' : 'changed' })

import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { VolumeFolder } from '../model/engine-state.ts'
import type { Stack, StackService } from '../model/stack.ts'
import { notCopyable } from './copyable.ts'

const app = { domain: 'notes.example.org', stack: 'notes', run: 'platform-notes' }
const plain = (...names: string[]): VolumeFolder[] => names.map((name) => ({ name, path: `/volumes/${name}/_data` }))
const share: VolumeFolder = { name: 'notes_share', path: '/volumes/notes_share/_data', mount: 'nfs :/export' }
const mounts = (...sources: string[]): StackService => ({ image: 'notes:1', volumes: sources.map((source) => ({ type: 'volume', source: source.replace(':ro', ''), target: `/${source}`, ...(source.endsWith(':ro') ? { read_only: true } : {}) })) })
const stack = (services: Record<string, StackService>, volumes: Stack['volumes'] = {}): Stack => ({ services, volumes, networks: {}, secrets: {}, configs: {} })

const IS_A_MOUNT = 'notes_share is a mount (nfs :/export), and its folder is empty while nothing runs'
const MISSING = (name: string) => `${name} is not among the stack's volumes on this node`

const cases: Array<{ that: string; stack: Stack | undefined; next?: Stack; volumes: VolumeFolder[]; then: string[] }> = [
  { that: 'plain volumes that are all listed', stack: stack({ app: mounts('data', 'media') }), volumes: plain('notes_data', 'notes_media'), then: [] },
  { that: 'an app without data', stack: stack({ app: mounts() }), volumes: [], then: [] },
  { that: 'T15: a share beside a plain one', stack: stack({ app: mounts('data', 'share') }), volumes: [...plain('notes_data'), share], then: [IS_A_MOUNT] },
  { that: 'T15: one of two is not listed', stack: stack({ app: mounts('data', 'lost') }), volumes: plain('notes_data'), then: [MISSING('notes_lost')] },
  { that: 'T15: one that belongs to somebody else and is written to', stack: stack({ app: mounts('theirs') }, { theirs: { external: true, name: 'photos' } }), volumes: [], then: [MISSING('photos')] },
  { that: 'one with a name of its own', stack: stack({ app: mounts('data') }, { data: { name: 'notes_v2' } }), volumes: plain('notes_v2'), then: [] },
  { that: 'a share that nobody writes to', stack: stack({ app: mounts('share:ro') }), volumes: [share], then: [] },
  { that: 'T15: a share that only the next version writes to', stack: stack({ app: mounts('share:ro') }), next: stack({ app: mounts('share') }), volumes: [share], then: [IS_A_MOUNT] },
  { that: 'a share that is left over from an earlier version', stack: stack({ app: mounts('data') }), volumes: [...plain('notes_data'), share], then: [] },
  { that: 'T10: one of a service that is scaled to nothing', stack: stack({ app: mounts('data'), once: { ...mounts('once'), deploy: { replicas: 0 } } }), volumes: plain('notes_data'), then: [] },
  { that: 'T15: nobody knows what the version mounts: each share counts', stack: undefined, volumes: [...plain('notes_data'), share], then: [IS_A_MOUNT] },
]
for (const { that, then, ...given } of cases) {
  test(`${that}: ${then.length > 0 ? 'a snapshot would not hold it' : 'a snapshot holds all'}`, () => assert.deepEqual(notCopyable({ app, ...given, next: given.next ?? stack({}) }), then))
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roomTrouble } from './room.ts'

const GB = 1024 ** 3

test('T39: a disk or its inodes nearly full are told before a run runs into them', () => {
  const cases: Array<[room: Parameters<typeof roomTrouble>[0], says: string | undefined]> = [
    [{ freeBytes: 50 * GB, bytes: 100 * GB, freeInodes: 900, inodes: 1_000 }, undefined],
    [{ freeBytes: 3 * GB, bytes: 10 * GB, freeInodes: 900, inodes: 1_000 }, 'less than the 4 GB that images and volumes of a run take'],
    [{ freeBytes: 19 * GB, bytes: 1_000 * GB, freeInodes: 900, inodes: 1_000 }, 'less than a twentieth, and less than 20 GB'],
    [{ freeBytes: 500 * GB, bytes: 10_000 * GB, freeInodes: 900, inodes: 1_000 }, undefined],
    [{ freeBytes: 10 * GB, bytes: 100 * GB, freeInodes: 900, inodes: 1_000 }, undefined],
    [{ freeBytes: 50 * GB, bytes: 100 * GB, freeInodes: 49, inodes: 1_000 }, 'only 49 of 1000 inodes are free'],
    [{ freeBytes: 50 * GB, bytes: 100 * GB, freeInodes: 0, inodes: 0 }, undefined],
  ]
  for (const [room, says] of cases) assert.equal(roomTrouble(room), says)
})

import { existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { roomTrouble } from '../../../domain/plan/room.ts'
import { sayBytes } from '../../../domain/report/bytes.ts'
import type { Finding } from '../../../domain/plan/doctor/finding.ts'

const DOCKER = '/var/lib/docker'

/** Space and inodes where cc-ci and Docker keep things (trap 39). */
export function diskFindings(stateFolder: string): Finding[] {
  const folders = [...new Set([nearest(stateFolder), ...(existsSync(DOCKER) ? [DOCKER] : [])])]
  return folders.map((folder) => {
    const { bavail, bsize, blocks, ffree, files } = statfsSync(folder)
    const room = { freeBytes: bavail * bsize, bytes: blocks * bsize, freeInodes: ffree, inodes: files }
    const trouble = roomTrouble(room)
    const says = `${sayBytes(room.freeBytes)} of ${sayBytes(room.bytes)} free at ${folder}`
    return trouble ? { about: 'disk', state: 'trouble', says: `${says}: ${trouble}`, mend: 'make room: cc-ci runs clean, then cc-ci prune', fix: 'prune' } : { about: 'disk', state: 'good', says }
  })
}

function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(dirname(folder))
}

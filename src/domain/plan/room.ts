const LEAST_BYTES = 4 * 1024 ** 3
const LEAST_SHARE = 0.05
/** So much is enough for any run, however small a share of a large disk it is. */
const ENOUGH_BYTES = 20 * 1024 ** 3

/** Why a file system is too full for a run to end well, as a clause; undefined: it is not. One without a fixed number of inodes says 0 of them. */
export function roomTrouble(room: { freeBytes: number; bytes: number; freeInodes: number; inodes: number }): string | undefined {
  if (room.freeBytes < LEAST_BYTES) return 'less than the 4 GB that images and volumes of a run take'
  if (room.freeBytes < ENOUGH_BYTES && room.freeBytes / room.bytes < LEAST_SHARE) return 'less than a twentieth, and less than 20 GB'
  if (room.inodes > 0 && room.freeInodes / room.inodes < LEAST_SHARE) return `only ${room.freeInodes} of ${room.inodes} inodes are free`
  return undefined
}

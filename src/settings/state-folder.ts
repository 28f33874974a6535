import { obstacleToFolder } from '../lib/writable.ts'

/** Why nothing can be kept at `path`, in one sentence; undefined where it can. */
export function stateFolderTrouble(path: string): string | undefined {
  const obstacle = obstacleToFolder(path)
  if (!obstacle) return undefined
  const { at, code } = obstacle
  return `The state folder ${path} cannot be ${code === undefined ? `made: ${at} is a file` : `used: nothing can be made in ${at} (${code})`}. Name another with --state.`
}

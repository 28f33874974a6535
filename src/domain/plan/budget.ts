import type { PlatformApp } from '../model/platform.ts'

/**
 * What a start may take at the worst: the new version's deploy up to its gate's deadline, the dwell, and the way back, which has a gate of its own.
 * A supervisor whose time-out is shorter ends us in the middle of the rollback (trap 12). ms; undefined: it fits.
 */
export function overBudget({ limits, gate }: Pick<PlatformApp, 'limits' | 'gate'>): { needs: number; has: number } | undefined {
  const needs = limits.deploy + gate.dwellMs + limits.rollback
  return needs > limits.start ? { needs, has: limits.start } : undefined
}

/** A moment for people: `2026-01-31 09:05`, UTC. `at`: ms UTC. */
export function sayMoment(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

/** What we did wrong, in a sentence: one app's is no reason to leave the others alone. */
export function sayMistake(error: unknown): string {
  return `this is a mistake in cc-ci, please report it: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`
}

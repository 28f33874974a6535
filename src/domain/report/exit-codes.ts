/** 128 + 9: also what is left of a command in a container when that ends. */
export const KILLED = 137

/** What a program's exit code says to people who know it (the shell's convention: 128 + signal). */
const KNOWN: Record<number, string> = {
  126: 'found, but not executable',
  127: 'command not found',
  134: 'it aborted itself',
  [KILLED]: 'killed, often for want of memory',
  139: 'it crashed: segmentation fault',
  143: 'it was asked to stop',
}

/** `with exit code 127 (command not found)`; empty where no code is known. */
export function sayExitCode(code: number | null | undefined): string {
  if (code === undefined || code === null) return ''
  const known = KNOWN[code]
  return known === undefined ? ` with exit code ${code}` : ` with exit code ${code} (${known})`
}

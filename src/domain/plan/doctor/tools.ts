import type { Finding } from './finding.ts'

/** Programs that cc-ci starts, whether they are on its search path, and what is missing without them. */
export function toolFindings(tools: ReadonlyArray<{ name: string; isThere: boolean; for: string; mend: string }>): Finding[] {
  const missing = tools.filter(({ isThere }) => !isThere)
  if (missing.length === 0) return [{ about: 'tools', state: 'good', says: tools.map(({ name }) => name).join(', ') }]
  return missing.map(({ name, for: needs, mend }) => ({ about: 'tools', state: 'trouble', says: `${name} is missing: ${needs}`, mend }))
}

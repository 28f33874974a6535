import type { ProgressLine } from '../../domain/report/progress.ts'

const COLOURS: Record<ProgressLine['tone'], string> = {
  plain: '',
  quiet: '\u001b[2m',
  pass: '\u001b[32m',
  fail: '\u001b[31m',
  infra: '\u001b[35m',
  unverified: '\u001b[33m',
  blocked: '\u001b[2m',
  'not-applicable': '\u001b[2m',
}

/** The text in its tone's colour, if colours are wanted. */
export function paint(text: string, tone: ProgressLine['tone'], colour: boolean): string {
  const code = COLOURS[tone]
  return colour && code !== '' && text !== '' ? `${code}${text}\u001b[0m` : text
}

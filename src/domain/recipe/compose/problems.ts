import type { Place, Problem } from '../../model/problem.ts'

/** Nobody mends more than these in one go, and a hostile file must not fill a report. Errors and warnings each. */
const MOST = 1000

/** Collects what is wrong; the same mistake at the same place (an anchor that is used twice) counts once. */
export class Problems {
  readonly list: Problem[] = []
  readonly #count = { error: 0, warning: 0 }
  readonly #seen = new Set<string>()

  error(rule: string, at: Place, message: string, mend: string): void {
    this.#add({ ...placeOnly(at), rule, severity: 'error', message, mend })
  }

  warning(rule: string, at: Place, message: string, mend: string): void {
    this.#add({ ...placeOnly(at), rule, severity: 'warning', message, mend })
  }

  #add(problem: Problem): void {
    if (this.#count[problem.severity] > MOST) return
    const clipped = { ...problem, message: clip(problem.message), mend: clip(problem.mend) }
    const key = JSON.stringify(clipped)
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#count[problem.severity] += 1
    const count = this.#count[problem.severity]
    if (count <= MOST) this.list.push(clipped)
    else if (count === MOST + 1) this.list.push({ ...clipped, rule: 'problems/too-many', message: `There are more ${problem.severity}s than the ${MOST} before this one; they are not listed.`, mend: 'Mend those first.' })
  }
}

function placeOnly({ file, line, column }: Place): Place {
  return { file, line, column }
}

/** A hostile file must not make messages of its own size. */
function clip(text: string): string {
  return text.length <= 500 ? text : `${text.slice(0, 400)} … ${text.slice(-80)}`
}

import type { Place, Problem } from '../../model/problem.ts'

/** Collects what is wrong; the same mistake at the same place (an anchor that is used twice) counts once. */
export class Problems {
  readonly list: Problem[] = []
  readonly #seen = new Set<string>()

  error(rule: string, at: Place, message: string, mend: string): void {
    this.#add({ ...placeOnly(at), rule, severity: 'error', message, mend })
  }

  warning(rule: string, at: Place, message: string, mend: string): void {
    this.#add({ ...placeOnly(at), rule, severity: 'warning', message, mend })
  }

  #add(problem: Problem): void {
    const clipped = { ...problem, message: clip(problem.message), mend: clip(problem.mend) }
    const key = JSON.stringify(clipped)
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.list.push(clipped)
  }
}

function placeOnly({ file, line, column }: Place): Place {
  return { file, line, column }
}

/** A hostile file must not make messages of its own size. */
function clip(text: string): string {
  return text.length <= 500 ? text : `${text.slice(0, 400)} … ${text.slice(-80)}`
}

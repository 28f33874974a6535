import type { Misfit } from '../../../lib/schema.ts'
import { nearest } from '../../../lib/nearest.ts'
import type { YamlValue } from '../../../lib/yaml-values.ts'

type Tree = { [key: string]: YamlValue }
type Path = Array<string | number>

/**
 * What is left of a document when everything that does not fit is taken out, as little of it as possible; each misfit is said once, by its
 * path in the document as it was given. Some show only when others are gone (a rule over a whole entry is not asked while one of its keys is
 * wrong), so it is asked until the rest fits. What is missing only because we took it out, or because its name is misspelt, is not said.
 */
export function soundPart(written: Tree, fit: (value: Tree) => { value: unknown } | { misfits: Misfit[] }, say: (misfit: Misfit) => void): Tree {
  const rest = structuredClone(written)
  const numbers = new WeakMap<object, number[]>()
  const takenOut = new Set<string>()
  const misspelt: Misfit[] = []
  for (;;) {
    const fitted = fit(rest)
    if ('value' in fitted) return rest
    const misfits = fitted.misfits.map((misfit) => ({ ...misfit, path: originalPath(misfit.path, rest, numbers) }))
    misspelt.push(...misfits.filter((misfit) => misfit.kind === 'unknown-key'))
    for (const misfit of misfits) {
      if (!takenOut.has(keyOf(misfit.path)) && !misspelt.some((other) => asksForWhatIsMisspelt(misfit, other))) say(misfit)
    }
    const doomed = fitted.misfits.map(({ path }) => presentPart(path, rest))
    const before = takenOut.size
    for (const path of [...misfits.map((misfit) => misfit.path), ...doomed.map((each) => originalPath(each, rest, numbers))]) takenOut.add(keyOf(path))
    // Nothing of it can be taken out: nothing of it fits.
    if (takenOut.size === before || doomed.some((path) => path.length === 0)) return {}
    takeOut(rest, doomed, numbers)
  }
}

function asksForWhatIsMisspelt(misfit: Misfit, unknown: Misfit): boolean {
  const parent = unknown.path.slice(0, -1)
  const wrong = String(unknown.path.at(-1))
  if (misfit.kind === 'missing') return keyOf(misfit.path.slice(0, -1)) === keyOf(parent) && nearest(wrong, [String(misfit.path.at(-1))]) !== undefined
  // A rule over the whole entry names the keys of which it wants one.
  return misfit.kind === 'wrong' && keyOf(misfit.path) === keyOf(parent) && unknown.suggests !== undefined && misfit.message.includes(`\`${unknown.suggests}:\``)
}

/** Where this stood before entries of lists were taken out. */
function originalPath(path: Path, root: Tree, numbers: WeakMap<object, number[]>): Path {
  let here: unknown = root
  return path.map((step) => {
    const list = Array.isArray(here) ? here : undefined
    here = typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[step] : undefined
    return list && typeof step === 'number' ? (numbers.get(list)?.[step] ?? step) : step
  })
}

/** The path as far as there is something: what is not there takes away what lacks it. At least one step. */
function presentPart(path: Path, root: Tree): Path {
  let here: unknown = root
  const end = path.findIndex((step) => {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return true
    here = (here as Record<string | number, unknown>)[step]
    return false
  })
  return end < 0 ? path : path.slice(0, Math.max(1, end))
}

function takeOut(root: Tree, paths: readonly Path[], numbers: WeakMap<object, number[]>): void {
  const doomed = new Map<object, Set<string | number>>()
  for (const path of paths) {
    const container = path.slice(0, -1).reduce<unknown>((here, step) => (here as Record<string | number, unknown>)[step], root) as object
    doomed.set(container, (doomed.get(container) ?? new Set()).add(path.at(-1)!))
  }
  for (const [container, keys] of doomed) {
    if (!Array.isArray(container)) for (const key of keys) delete (container as Tree)[key]
    else {
      const kept = [...container.keys()].filter((index) => !keys.has(index))
      const before = numbers.get(container)
      numbers.set(container, kept.map((index) => before?.[index] ?? index))
      container.splice(0, container.length, ...kept.map((index) => container[index] as YamlValue))
    }
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}

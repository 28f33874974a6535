/** Circles of imports. Each circle is reported once, from its file that comes first in the alphabet. */

export function cyclesIn(graph: Map<string, string[]>): string[][] {
  const found: string[][] = []
  for (const group of knots(graph)) {
    const first = group.toSorted()[0]!
    const circle = shortestWayBack(graph, first, new Set(group))
    if (circle) found.push(circle)
  }
  return found.toSorted((a, b) => a[0]!.localeCompare(b[0]!))
}

/** Files that all reach each other (Tarjan's strongly connected components), a file that imports itself included. */
function knots(graph: Map<string, string[]>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const visit = (node: string): void => {
    index.set(node, index.size)
    low.set(node, index.get(node)!)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next)
        low.set(node, Math.min(low.get(node)!, low.get(next)!))
      } else if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, index.get(next)!))
    }
    if (low.get(node) !== index.get(node)) return
    const group = stack.splice(stack.indexOf(node))
    if (group.length > 1 || (graph.get(node) ?? []).includes(node)) found.push(group)
  }
  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return found
}

function shortestWayBack(graph: Map<string, string[]>, start: string, within: Set<string>): string[] | undefined {
  let ways: string[][] = [[start]]
  const seen = new Set<string>()
  while (ways.length > 0) {
    const longer: string[][] = []
    for (const way of ways) {
      for (const next of graph.get(way.at(-1)!) ?? []) {
        if (next === start) return [...way, start]
        if (!within.has(next) || seen.has(next)) continue
        seen.add(next)
        longer.push([...way, next])
      }
    }
    ways = longer
  }
  return undefined
}

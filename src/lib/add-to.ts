/** Adds to the list at a key; made where there is none. In place: a list that is copied for each item makes a long one quadratic. */
export function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

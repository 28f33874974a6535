/** What Docker's own lists name on an engine, kind by kind. */
const LISTS = {
  service: ['service', 'ls', '--format', '{{.Name}}'],
  container: ['container', 'ls', '--all', '--format', '{{.Names}}'],
  volume: ['volume', 'ls', '--format', '{{.Name}}'],
  network: ['network', 'ls', '--format', '{{.Name}}'],
  secret: ['secret', 'ls', '--format', '{{.Name}}'],
  config: ['config', 'ls', '--format', '{{.Name}}'],
}

/** `volume note-1a2b3c_ci_test_data` …, sorted. `docker`: the client on that engine, answering what it printed; `filter`: as `docker … ls --filter` takes it. */
export async function listsOfEngine(docker: (...args: string[]) => Promise<string>, filter?: string): Promise<string[]> {
  const listed = Object.entries(LISTS).map(async ([kind, list]) => {
    const names = (await docker(...list, ...(filter === undefined ? [] : ['--filter', filter]))).split('\n')
    return names.filter((name) => name !== '').map((name) => `${kind} ${name}`)
  })
  return (await Promise.all(listed)).flat().sort()
}

/**
 * A port whose adapter is loaded at the first call: most commands ask only a few of all ports, and some adapters take longer to load than a command takes to
 * run. Only for ports of which everything is a method that answers a promise.
 */
export function loadedWhenAsked<Port extends object>(load: () => Promise<Port>): { port: Port; /** Undefined where it was never asked. */ ifLoaded(): Promise<Port> | undefined } {
  let loaded: Promise<Port> | undefined
  const port = new Proxy({} as Port, {
    get: (_, name) => async (...given: unknown[]) => {
      loaded ??= load()
      const opened = await loaded
      return await (Reflect.get(opened, name) as (...given: unknown[]) => unknown).apply(opened, given)
    },
  })
  return { port, ifLoaded: () => loaded }
}

/** Ctrl-C and an end from outside stop what runs, children included, and then end us with the usual code. */
export function stopOnSignal(): AbortSignal {
  const stop = new AbortController()
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    process.once(signal, () => {
      process.exitCode = code
      stop.abort()
    })
  }
  return stop.signal
}

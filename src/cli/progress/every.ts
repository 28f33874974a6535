/** Calls again and again until the answer is called; keeps no process alive. */
export function everyMs(ms: number, call: () => void): () => void {
  const running = setInterval(call, ms)
  running.unref()
  return () => clearInterval(running)
}

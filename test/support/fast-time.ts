/**
 * Loaded before the command line (`node --import`): timers and the monotonic clock go CCCI_TEST_SPEED times as fast, so that ten seconds of watching
 * an app that is known to stand do not have to pass in every one of a thousand runs. The time of day stays true: the engine has its own.
 */
const speed = Number(process.env.CCCI_TEST_SPEED ?? 1)
const monotonic = performance.now.bind(performance)
const later = globalThis.setTimeout

performance.now = () => monotonic() * speed
globalThis.setTimeout = Object.assign((work: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => later(work, ms / speed, ...given), later)

/** The environment we were started in. Nobody else reads it: what a part needs of it is handed over by the wiring. */
export function environment(): NodeJS.ProcessEnv {
  return process.env
}

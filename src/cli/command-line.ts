/** Answers commands of ours as they can be typed here: the program as it is found from here, and where records and settings are. */
export function commandLines(given: { program: string; state: string | undefined; settings: string | undefined }): (command: string) => string {
  const options = Object.entries({ state: given.state, settings: given.settings }).map(([name, value]) => (value === undefined ? '' : ` --${name} ${quoted(value)}`))
  return (command) => `${quoted(given.program)} ${command}${options.join('')}`
}

/** One word for a shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

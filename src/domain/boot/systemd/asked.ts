import { addressOf } from '../address.ts'

/** URLs in a command, as they stand. */
export const URLS = /https?:\/\/[^\s"'`<>|;&)\\]+/g
const PLACES = /(?:^|[\s"'/@=])(\[[0-9a-f:]+\]|[\w-]+(?:\.[\w-]+)*)(?::|\s+)(\d{2,5})(?![\w.])/gi
const HOSTS = /(?:^|[\s"'=])([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?![\w:/.-])/gi
const UNITS = /systemctl\s+(?:-\S+\s+)*(?:is-active|is-failed|start|restart|try-restart|reload-or-restart)\s+([^;&|"']+)/g
/** They say something and ask nobody. */
const SAYS = /^(?:\S*\/)?(?:echo|printf|logger|wall)\s/

/** Whom a command asks, as far as it names them: hosts, ports of this machine and units. */
export function askedIn(command: string): string[] {
  if (SAYS.test(command)) return []
  const urls = [...command.matchAll(URLS)].map(([url]) => addressOf(url))
  const places = [...command.matchAll(PLACES)].map(([, host, port]) => addressOf(`http://${host}:${port}`))
  const hosts = [...command.matchAll(HOSTS)].map(([, host]) => addressOf(`http://${host}`)).filter((host) => !host?.startsWith(':'))
  const units = [...command.matchAll(UNITS)].flatMap(([, names = '']) => unitsNamed(names))
  return [...new Set([...urls, ...places, ...hosts, ...units].filter((one) => one !== undefined))]
}

/** Units as `systemctl` takes them: a name without a kind is a service. */
export function unitsNamed(words: string): string[] {
  return words.split(/\s+/).filter((name) => /^[\w@:.\\][\w@:.\\-]*$/.test(name)).map((name) => (/\.[a-z]+$/.test(name) ? name : `${name}.service`))
}

import type { Place } from '../../model/problem.ts'
import type { AskAtStart } from '../graph.ts'
import { unitsNamed, URLS } from './asked.ts'
import { endOfCommand } from './passes-over.ts'

const STARTS = /(?:^|[\s'"/@:+!|-])systemctl\s+((?:-\S+\s+)*)(start|restart|try-restart|reload-or-restart)\s+([^;&|"']+)/g
const SEES = /(?:^|[\s'"/@:+!|-])systemctl\s+(?:-\S+\s+)*is-active\s+([^;&|"'>]+)/g
const SEES_ALL = /(?:^|[\s'"/@:+!|-])systemctl\s+(?=[^;&|]*--wait)(?:-\S+\s+)*is-system-running/
const CONNECTS = /(?:^|[\s/"'!(])(?:nc|ncat|netcat|wait-?for[\w.-]*)\s+(?:-(?!\w*l)\S+\s+(?:\d+\s+)?)*(\[[0-9a-f:]+\]|[\w-]+(?:\.[\w-]+)*)(?::|\s+)(\d{1,5})(?![\w.])/gi
/** Programs that ask; a URL beside others may be a setting. */
const ASKS = /(?:^|[\s/"'!(])(?:curl|wget|https?|xh|(?:\w[\w.-]*)?(?:wait|gate|health|probe|check)[\w.-]*)\s/
const LOOKS = /systemctl\s.*(?:is-active|is-failed|is-enabled|status)/
const MAYBE = /(?:^|[\s;&|])(?:if|test|\[\[?|case)\s/
const LOOPS = /(?:^|[\s'";&|])(?:until|while|for)\s/

type Asked = Omit<AskAtStart, 'holds'>

/** Whether a command may ask anything: most don't. */
export function mayAsk(command: string): boolean {
  return command.includes('://') || command.includes('systemctl') || /(?:^|[\s/'"])(?:nc|ncat|netcat|wait-?for\S*)\s/.test(command)
}

/** What a command that keeps its unit from being up asks by itself: URLs and ports that it names, units that it has systemd start or looks at. `self`: whose command it is. */
export function asksAtStart(command: string, { place, self }: { place: Place; self: string }): Asked[] {
  return [...urlsAsked(command, place), ...connections(command, place), ...unitsStarted(command, place), ...unitsSeen(command, { place, self })]
}

function urlsAsked(command: string, place: Place): Asked[] {
  // What is filled in only as it runs, nobody can look up before.
  const urls = command.includes('://') ? [...command.matchAll(URLS)].map(([url]) => url).filter((url) => !/[$%{]/.test(url)) : []
  return urls.map((url) => {
    const isAsked = (part: string) => ASKS.test(`${part} `) && part.split(/[\s"']/).includes(url)
    return { ask: { kind: 'url', url, redirects: 'follow', place }, does: 'asks', isNeeded: isNeeded(command, isAsked) }
  })
}

function connections(command: string, place: Place): Asked[] {
  return [...command.matchAll(CONNECTS)].map(([text, host, port]) => ({ ask: { kind: 'url', url: port === '443' ? `https://${host}/` : `http://${host}:${port}/`, redirects: 'connect', place }, does: 'asks', isNeeded: isNeeded(command, (part) => `${part} `.includes(text.replace(/^[\s/"'!(]/, ''))) }))
}

function unitsStarted(command: string, place: Place): Asked[] {
  if (!command.includes('systemctl')) return []
  return [...command.matchAll(STARTS)].flatMap(([text, options = '', verb, names = '']) => {
    if (/--no-block/.test(`${options} ${names}`)) return []
    let isRun = false
    endOfCommand(command, (part) => {
      isRun ||= part.includes(text.replace(/^[\s'"/@:+!|-]/, '').trim())
      return LOOKS.test(part)
    })
    // What does not run yet is not restarted by `try-restart`.
    return unitsNamed(names).map((unit) => ({ ask: { kind: 'unit', unit, place }, does: 'starts', isNeeded: isRun && verb !== 'try-restart' && !MAYBE.test(command) }))
  })
}

/** A look whose answer nobody waits for is left out. The boot as a whole is over only once the unit itself is up. */
function unitsSeen(command: string, { place, self }: { place: Place; self: string }): Asked[] {
  if (!command.includes('systemctl')) return []
  const seen = [...command.matchAll(SEES)].flatMap(([, names = '']): Asked[] => {
    const units = unitsNamed(names)
    return units.map((unit) => ({ ask: { kind: 'unit', unit, place }, does: 'asks', isNeeded: units.length === 1 && isNeeded(command, (part) => part.includes('is-active') && part.includes(names.trim())) }))
  })
  const all: Asked[] = SEES_ALL.test(command) && isNeeded(command, (part) => part.includes('is-system-running')) ? [{ ask: { kind: 'unit', unit: self, place }, does: 'asks', isNeeded: true }] : []
  return [...seen.filter((one) => one.isNeeded || LOOPS.test(command)), ...all]
}

/** Whether the command does not end well without what these parts of it ask for. */
function isNeeded(command: string, asks: (part: string) => boolean): boolean {
  const { end, isMet, isPassedOver } = endOfCommand(command, asks)
  return isMet && (end === 'never' || (end === 'failed' && !isPassedOver))
}

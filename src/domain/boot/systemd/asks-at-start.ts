import type { Place } from '../../model/problem.ts'
import type { Ask } from '../graph.ts'
import { wordsOf } from './unit-file.ts'

const URLS = /https?:\/\/[^\s"'`<>|;&)\\]+/g
const STARTS = /(?:^|[\s'"/@:+!|-])systemctl\s+((?:-\S+\s+)*)(?:start|restart|try-restart|reload-or-restart)\s+([^;&|]+)/g

/** What a command that keeps its unit from being up asks by itself: URLs that it names, and units that it has systemd start. */
export function asksAtStart(command: string, place: Place): Ask[] {
  const asks: Ask[] = []
  // What is filled in only as it runs, nobody can look up before.
  if (command.includes('://')) for (const [url] of command.matchAll(URLS)) if (!/[$%{]/.test(url)) asks.push({ kind: 'url', url, redirects: 'follow', place })
  if (command.includes('systemctl')) {
    for (const [, options = '', names = ''] of command.matchAll(STARTS)) {
      if (/--no-block/.test(`${options} ${names}`)) continue
      for (const name of wordsOf(names.replace(/["']\s*$/, ''))) if (/^[\w@:.\\-]+$/.test(name) && !name.startsWith('-')) asks.push({ kind: 'unit', unit: /\.[a-z]+$/.test(name) ? name : `${name}.service`, place })
    }
  }
  return asks
}

import { endOfScript, type ScriptEnd } from './shell-script.ts'
import { wordsOf } from './unit-file.ts'

const SHELL = /(?:^|\/)(?:ba|da|a|k|z)?sh$/
const PREFIX = /^[@:+!|-]*/

/** How a command of systemd ends where those of its parts fail that are named; `isMet`: one of them was run; `isPassedOver`: by a `-` before it. */
export function endOfCommand(command: string, isNamed: (part: string) => boolean): { end: ScriptEnd; isMet: boolean; isPassedOver: boolean } {
  const isPassedOver = PREFIX.exec(command)![0].includes('-')
  let isMet = false
  const fails = (part: string) => {
    const isOne = isNamed(part)
    isMet ||= isOne
    return isOne
  }
  const shell = shellOf(command)
  const end = shell ? endOfScript(shell.script, { fails, stopsAtFirst: shell.stopsAtFirst }) : fails(command.replace(PREFIX, '')) ? 'failed' : 'well'
  return { end, isMet, isPassedOver }
}

/** Trap 2: whether systemd is told to pass over the failure of what is named in this command, or a shell script in it swallows that itself. */
export function passesOver(command: string, isNamed: (part: string) => boolean): boolean {
  const { end, isMet, isPassedOver } = endOfCommand(command, isNamed)
  return isMet && (isPassedOver ? end !== 'never' : end === 'well')
}

/** The script that a command hands to a shell. */
function shellOf(command: string): { script: string; stopsAtFirst: boolean } | undefined {
  if (!command.includes('sh')) return undefined
  const words = wordsOf(command)
  const shell = words.findIndex((word) => SHELL.test(word.replace(PREFIX, '')))
  if (shell < 0) return undefined
  const given = words.slice(shell + 1)
  const option = given.findIndex((word) => /^-[a-z]*c$/.test(word))
  const script = option < 0 ? undefined : given[option + 1]
  return script === undefined ? undefined : { script, stopsAtFirst: given.slice(0, option + 1).some((word) => /^-[a-z]*e/.test(word)) }
}

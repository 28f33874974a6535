import { wordsOf } from './unit-file.ts'

const SHELL = /(?:^|\/)(?:ba|da|a|k|z)?sh$/
/** Commands that succeed whatever came before them. */
const SUCCEEDS = /^(?:\S*\/)?(?:true|:|echo|printf|logger|cat|tee)(?:\s|$)|^exit\s+0$/
/** The same, without having anything to say: they stand there for their exit code alone. */
const ONLY_SUCCEEDS = /^(?:(?:\S*\/)?true|:|exit\s+0)$/
/** Where a script looks at what came of a command by itself, its last command says little. */
const LOOKS_ITSELF = /(?:^|\s)(?:until|while|if|exit|return|false|kill)(?:\s|$)/
const PARTS = /'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[<>]&|&>|(\|\||&&|[;|&\n])/gs

/** Trap 2: whether systemd is told to pass over the failure of this command, or a shell script in it swallows that itself. */
export function passesOver(command: string): boolean {
  if (/^[@:+!|]*-/.test(command)) return true
  // Most are simple, and of many units.
  if (!/[|;&]/.test(command)) return false
  const words = wordsOf(command)
  const shell = words.findIndex((word) => SHELL.test(word.replace(/^[@:+!|]*/, '')))
  if (shell < 0) return false
  const given = words.slice(shell + 1)
  const option = given.findIndex((word) => /^-[a-z]*c$/.test(word))
  const script = option < 0 ? undefined : given[option + 1]
  const stopsAtFirst = given.slice(0, option + 1).some((word) => /^-[a-z]*e/.test(word)) || /^\s*set\s+-\w*e/.test(script ?? '')
  return script !== undefined && swallows(script, stopsAtFirst)
}

/** Whether a shell script ends well though a command of it failed. `stopsAtFirst`: by `set -e`. */
function swallows(script: string, stopsAtFirst: boolean): boolean {
  const commands = commandsOf(script)
  if (commands.some(({ before, text }) => before === '||' && ONLY_SUCCEEDS.test(text))) return true
  const last = commands.at(-1)
  if (last === undefined) return false
  if (last.before === '&' && last.text === '') return true
  if (last.before === '||' || (last.before === '|' && !script.includes('pipefail'))) return SUCCEEDS.test(last.text)
  const isLookedAt = stopsAtFirst || commands.slice(0, -1).some(({ text }) => LOOKS_ITSELF.test(text))
  return (last.before === ';' || last.before === '\n') && SUCCEEDS.test(last.text) && !isLookedAt
}

/** The simple commands of a script, each with the sign before it; what ends it, and brackets around it, are no commands. */
function commandsOf(script: string): Array<{ before: string; text: string }> {
  const found: Array<{ before: string; text: string }> = []
  let before = ''
  let from = 0
  const end = (until: number) => {
    const text = script.slice(from, until).trim().replace(/^(?:[({]\s*)+/, '').replace(/(?:\s*[)}])+$/, '').trim()
    if (text !== '' || before === '&') found.push({ before, text })
  }
  for (const part of script.matchAll(PARTS)) {
    if (part[1] === undefined) continue
    end(part.index)
    before = part[1]
    from = part.index + before.length
  }
  end(script.length)
  return found
}

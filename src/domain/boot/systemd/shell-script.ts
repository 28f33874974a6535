/** How a script ends: well, with a failure, never (a loop that nothing leaves), or nobody can say. */
export type ScriptEnd = 'well' | 'failed' | 'never' | 'unknown'

interface Given {
  /** Whether this simple command fails, here and always. Told of each one that is run. */
  fails(command: string): boolean
  /** `sh -e`. */
  stopsAtFirst: boolean
}

type Token = { is: 'word' | 'sign'; text: string; from: number; until: number }
type Node =
  | { is: 'command'; text: string }
  | { is: 'list'; nodes: Node[] }
  | { is: 'either'; left: Node; right: Node; on: '&&' | '||' }
  | { is: 'pipe'; nodes: Node[] }
  | { is: 'not' | 'background'; node: Node }
  | { is: 'group' | 'subshell'; node: Node }
  | { is: 'if'; when: Node; then: Node; otherwise: Node | undefined }
  | { is: 'loop'; until: boolean; when: Node; body: Node }
  | { is: 'for'; body: Node }

const SIGNS = ['&&', '||', ';', '&', '|', '\n', '(', ')']
/** Words, quoted parts and substitutions as they stand; a sign alone; `2>&1` and `&>` are part of a word. */
const TOKENS = /((?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`|[<>]&|&>|[^\s'"\\;&|()`])+)|(&&|\|\||[;&|\n()])/gs
const CLOSING = new Set(['then', 'do', 'done', 'fi', 'else', 'elif', '}', ')'])
/** Commands that succeed whatever came before them. */
const SUCCEEDS = /^(?:\S*\/)?(?:true|:|echo|printf|logger|cat|tee|sleep|systemctl|journalctl|docker|podman|touch|mkdir|rm|date)(?:\s|$)/
/** Of those in a pipe: they succeed on no input, too. */
const SUCCEEDS_ON_NOTHING = /^(?:\S*\/)?(?:true|:|echo|printf|logger|cat|tee)(?:\s|$)/

/** What looks at a variable or a file: what comes of it nobody can say. */
const TESTS = /^(?:\[\[?|test)\s/

/**
 * Plays a shell script through where the commands that are named fail and all others do well, and says how it ends. It knows what start commands are written
 * with: lists, pipes, groups, `if`, `for`, `while`, `until`, `break`, `exit`, `set -e`. Of anything else (`case`, functions) it says that nobody knows. A test
 * in a loop counts how often it went round, and holds once: the script ends well where it does with that test either way.
 */
export function endOfScript(script: string, given: Given): ScriptEnd {
  const ends = [true, false].map((tests) => play(script, { ...given, tests }))
  return ends.find((end) => end === 'well') ?? ends.find((end) => end === 'unknown') ?? ends[0]!
}

function play(script: string, given: Given & { tests: boolean }): ScriptEnd {
  try {
    return new Playing(given).run(new Reading(script).script(), { isLookedAt: false }) ? 'well' : 'failed'
  } catch (left) {
    if (left instanceof Left) return left.end
    if (left instanceof Broken) return 'unknown'
    throw left
  }
}

/** The script was left, from however deep inside. */
class Left extends Error {
  readonly end: ScriptEnd

  constructor(end: ScriptEnd) {
    super(end)
    this.end = end
  }
}

class Broken extends Error {}

class Reading {
  readonly #script: string
  readonly #tokens: Token[]
  #at = 0

  constructor(script: string) {
    this.#script = script
    this.#tokens = [...script.matchAll(TOKENS)].map((match) => ({ is: match[1] === undefined ? 'sign' : 'word', text: match[0], from: match.index, until: match.index + match[0].length }))
  }

  script(): Node {
    const node = this.#list()
    if (this.#at < this.#tokens.length) throw new Left('unknown')
    return node
  }

  get #next(): string | undefined {
    return this.#tokens[this.#at]?.text
  }

  #list(): Node {
    const nodes: Node[] = []
    while (this.#next !== undefined && !CLOSING.has(this.#next)) {
      if (this.#next === ';' || this.#next === '\n') {
        this.#at += 1
        continue
      }
      const node = this.#either()
      nodes.push(this.#next === '&' ? { is: 'background', node } : node)
      if (this.#next === '&') this.#at += 1
    }
    return { is: 'list', nodes }
  }

  #either(): Node {
    let left = this.#pipe()
    while (this.#next === '&&' || this.#next === '||') {
      const on = this.#next
      this.#at += 1
      this.#blankLines()
      left = { is: 'either', left, right: this.#pipe(), on }
    }
    return left
  }

  #pipe(): Node {
    if (this.#next === '!') {
      this.#at += 1
      return { is: 'not', node: this.#pipe() }
    }
    const nodes = [this.#command()]
    while (this.#next === '|') {
      this.#at += 1
      this.#blankLines()
      nodes.push(this.#command())
    }
    return nodes.length === 1 ? nodes[0]! : { is: 'pipe', nodes }
  }

  #blankLines(): void {
    while (this.#next === '\n') this.#at += 1
  }

  #command(): Node {
    const word = this.#next
    if (word === 'if' || word === 'elif') return this.#if()
    if (word === 'while' || word === 'until') {
      this.#at += 1
      const when = this.#list()
      return { is: 'loop', until: word === 'until', when, body: this.#body() }
    }
    if (word === 'for') {
      while (this.#next !== undefined && this.#next !== 'do') this.#at += 1
      return { is: 'for', body: this.#body() }
    }
    if (word === '{' || word === '(') {
      this.#at += 1
      const node = this.#list()
      this.#expect(word === '{' ? '}' : ')')
      this.#redirected()
      return { is: word === '{' ? 'group' : 'subshell', node }
    }
    return this.#simple()
  }

  #if(): Node {
    this.#at += 1
    const when = this.#list()
    this.#expect('then')
    const then = this.#list()
    if (this.#next === 'elif') return { is: 'if', when, then, otherwise: this.#if() }
    let otherwise: Node | undefined
    if (this.#next === 'else') {
      this.#at += 1
      otherwise = this.#list()
    }
    this.#expect('fi')
    return { is: 'if', when, then, otherwise }
  }

  #body(): Node {
    this.#expect('do')
    const body = this.#list()
    this.#expect('done')
    this.#redirected()
    return body
  }

  #expect(text: string): void {
    if (this.#next !== text) throw new Left('unknown')
    this.#at += 1
  }

  /** `done > /dev/null` */
  #redirected(): void {
    while (this.#next !== undefined && !SIGNS.includes(this.#next) && !CLOSING.has(this.#next)) this.#at += 1
  }

  #simple(): Node {
    const first = this.#tokens[this.#at]
    if (first === undefined || first.is === 'sign' || first.text === 'case' || first.text === 'function') throw new Left('unknown')
    let last = first
    while (this.#tokens[this.#at]?.is === 'word') {
      last = this.#tokens[this.#at]!
      this.#at += 1
    }
    if (this.#next === '(') throw new Left('unknown')
    return { is: 'command', text: this.#script.slice(first.from, last.until) }
  }
}

/** What a node is run as: `isLookedAt`: the script goes by its status itself; `onFailure`: it answers a failure, and does well only where it is known to. */
interface As {
  isLookedAt: boolean
  onFailure?: boolean
}

class Playing {
  readonly #fails: (command: string) => boolean
  readonly #tests: boolean
  #stopsAtFirst: boolean
  #pipeFails = false
  #status = true
  #hasFailed = false
  #loops = 0

  constructor({ fails, stopsAtFirst, tests }: Given & { tests: boolean }) {
    this.#fails = fails
    this.#tests = tests
    this.#stopsAtFirst = stopsAtFirst
  }

  /** Whether it ends well. */
  run(node: Node, as: As): boolean {
    this.#status = this.#run(node, as)
    return this.#status
  }

  #run(node: Node, as: As): boolean {
    switch (node.is) {
      case 'list': {
        let status = true
        for (const one of node.nodes) status = this.run(one, as)
        return status
      }
      case 'either': {
        const left = this.run(node.left, { ...as, isLookedAt: true })
        if (left === (node.on === '||')) return left
        return this.run(node.right, { ...as, onFailure: as.onFailure === true || !left })
      }
      case 'pipe': {
        const statuses: boolean[] = []
        for (const one of node.nodes) statuses.push(this.#inside(() => this.run(one, { ...as, isLookedAt: true }) && (!statuses.includes(false) || (one.is === 'command' && SUCCEEDS_ON_NOTHING.test(one.text)))))
        return this.#ended(this.#pipeFails ? !statuses.includes(false) : statuses.at(-1)!, as)
      }
      case 'not':
        return !this.run(node.node, { ...as, isLookedAt: true })
      case 'background':
        this.#inside(() => this.run(node.node, { ...as, isLookedAt: true }))
        return true
      case 'group':
        return this.run(node.node, as)
      case 'subshell':
        return this.#ended(this.#inside(() => this.run(node.node, as)), as)
      case 'if':
        if (this.run(node.when, { ...as, isLookedAt: true })) return this.run(node.then, as)
        return node.otherwise === undefined ? true : this.run(node.otherwise, as)
      case 'loop':
        return this.#loop(() => {
          if (this.run(node.when, { ...as, isLookedAt: true }) === node.until) return undefined
          this.run(node.body, as)
          throw new Left('never')
        })
      case 'for':
        return this.#loop(() => this.run(node.body, as))
      case 'command':
        return this.#command(node.text, as)
    }
  }

  #loop(play: () => boolean | undefined): boolean {
    this.#loops += 1
    try {
      return play() ?? true
    } catch (left) {
      if (left instanceof Broken) return true
      throw left
    } finally {
      this.#loops -= 1
    }
  }

  /** In a shell of its own: what leaves that leaves no more. */
  #inside(play: () => boolean): boolean {
    try {
      return play()
    } catch (left) {
      if (left instanceof Left && (left.end === 'well' || left.end === 'failed')) return left.end === 'well'
      throw left
    }
  }

  #command(text: string, as: As): boolean {
    const [name = '', argument] = text.split(/\s+/)
    if (name === 'exit' || name === 'return') {
      if (argument !== undefined && argument !== '$?' && !/^\d+$/.test(argument)) throw new Left('unknown')
      throw new Left((argument === undefined || argument === '$?' ? this.#status : Number(argument) === 0) ? 'well' : 'failed')
    }
    if (name === 'break') throw new Broken()
    // It ends whoever starts the unit, or the unit itself.
    if (name === 'kill' || name === 'exec') {
      if (name === 'exec' && !this.#fails(text)) throw new Left('well')
      throw new Left('failed')
    }
    if (name === 'set') {
      this.#stopsAtFirst ||= /\s-\w*e/.test(text)
      this.#pipeFails ||= /pipefail/.test(text)
    }
    if (TESTS.test(text)) {
      if (this.#loops === 0 && this.#hasFailed) throw new Left('unknown')
      return this.#ended(this.#loops === 0 || this.#tests, as)
    }
    if (this.#fails(text) || name === 'false') {
      this.#hasFailed = true
      return this.#ended(false, as)
    }
    return as.onFailure ? SUCCEEDS.test(text) : true
  }

  #ended(status: boolean, { isLookedAt }: As): boolean {
    if (!status && this.#stopsAtFirst && !isLookedAt) throw new Left('failed')
    return status
  }
}

import { plainText } from '../../lib/plain-text.ts'
import type { RecipeTree, RecipeVersion, VersionText } from '../model/recipe.ts'
import { compareVersions, isVersion, parseVersion } from '../recipe/version.ts'

/** What a release says to whoever upgrades to it. */
export type Note =
  | { is: 'none' }
  | { is: 'text'; text: string }
  /** There is something, and it cannot be read: it may ask for anything. */
  | { is: 'unreadable'; why: string }

/**
 * Words with which recipes ask for work of a person. Collected from notes of published recipes: "ATTENTION", "breaking changes", "start your env file
 * from scratch", "switch to …", "was removed"; and from what their documentation calls manual work: new or changed settings, secrets to insert,
 * commands of abra to run. A note that uses one of them for something else holds an upgrade once too often; that is the cheaper mistake.
 */
const ASKS: RegExp[] = [
  /\bmanual(ly)?\b/i,
  /\bby hand\b/i,
  /\bbreaking\b/i,
  /\b(attention|warning|caution|careful|important|beware)\b/i,
  /\b(before|prior to|after|when|while)\s+(you\s+)?(the\s+)?(upgrad|updat|deploy|redeploy)/i,
  /\b(you|operators?|admins?|maintainers?)\s+(will\s+|now\s+|also\s+)*(need|must|have|has|should|may want|can no longer)\b/i,
  /\b(must|needs? to be|has to be|have to be|is required|are required|requires?|required|mandatory)\b/i,
  /\b(please|make sure|ensure|recommended|remember to|don't forget|be sure)\b/i,
  /\bmigrat(e|es|ed|ing|ion|ions)\b/i,
  /\babra\s+(app|recipe|server)\b/i,
  /\.env\b|\benv(ironment)?[ -]?(file|variables?|vars?)\b/i,
  /\b(insert|generate|rotate|recreate|create|add|set|rename|remove|delete|change|adjust|run|execute|dump|export|import|restore|switch to)\b[^.\n]*\b(secrets?|passwords?|variables?|settings?|configs?|volumes?|databases?|commands?|scripts?|files?|keys?|SECRET_[A-Z_]+|[A-Z]{2,}_[A-Z_]+)\b/i,
  /\b(was|were|is|are|has been|have been)\s+(now\s+)?(removed|renamed|dropped|replaced|deprecated|moved)\b/i,
  /\b(switch|upgrade|update|change)\s+(over\s+)?to\b[^.\n]*\b(first|see|readme)\b/i,
  /\bsee\b[^.\n]*\b(readme|docs|documentation|guide|instructions)\b/i,
  /^\s*(\$\s|```)/m,
]

/** Said of work, these take it back. They are cut out before the rest is looked at, so that a note may say both. */
const DENIES: RegExp[] = [
  /\b(there (is|are)\s+)?(no|without( any)?|not? any)\s+((other|further|additional|special|manual|breaking|operator)\s+)*(steps?|actions?|work|interventions?|changes?|migrations?|configuration)(\s+(is|are))?(\s+(needed|required|necessary))?/gi,
  /\bnothing\s+(else\s+)?(to do|needs? to be done|has to be done|is required)\b/gi,
  /\b(does not|doesn't|not)\s+(need|require)s?\b[^.\n]*/gi,
  /\b(data(base)?\s+)?(is |are )?migrat(es|ed|ions?)\s+(itself\s+|themselves\s+|is\s+|are\s+|runs?\s+)?(done\s+)?(automatically|by itself|on (the )?first start)/gi,
  /\bautomatic(ally)?\s+(\w+\s+)?migrat(es|ed|ions?|ing)\b/gi,
  /\bno longer (required|needed|necessary)\b/gi,
]

/** The sentence in which a note asks a person to do something; undefined: it does not. */
export function asksForManualSteps(text: string): string | undefined {
  const plain = DENIES.reduce((rest, denial) => rest.replace(denial, '…'), text)
  const found = ASKS.map((pattern) => pattern.exec(plain)).filter((match) => match !== null).sort((a, b) => a.index - b.index)[0]
  return found === undefined ? undefined : sentenceAt(plain, found.index)
}

/** A release between last-good and latest that must not be passed by itself. */
export function noteThatHolds(releases: ReadonlyArray<{ version: VersionText; note: Note }>): { release: VersionText; says: string; unreadable: boolean } | undefined {
  for (const { version, note } of releases) {
    if (note.is === 'unreadable') return { release: version, says: note.why, unreadable: true }
    const says = note.is === 'text' ? asksForManualSteps(note.text) : undefined
    if (says !== undefined) return { release: version, says, unreadable: false }
  }
  return undefined
}

/**
 * The note of one release: `release/<version>`. A file whose name only nearly is that (an ending, no app version) is read too: nobody shows it to people,
 * and it may ask for work all the same. A link, or bytes that are no text, cannot be read.
 */
export function noteIn(tree: RecipeTree, version: RecipeVersion): Note {
  const texts: string[] = []
  for (const [path, file] of tree.files) {
    const name = /^release\/([^/]+)$/.exec(path)?.[1]
    const named = name === undefined ? undefined : [parseVersion(name), parseVersion(name.replace(/\.(md|txt)$/i, ''))].find(isVersion)
    if (!named || compareVersions(named, version) !== 0 || (named.app !== '' && named.app !== version.app)) continue
    if (file.kind === 'symlink') return { is: 'unreadable', why: `${path} is a symbolic link, and links are not followed` }
    try {
      texts.push(plainText(new TextDecoder('utf-8', { fatal: true }).decode(file.bytes)))
    } catch {
      return { is: 'unreadable', why: `${path} is no text` }
    }
  }
  return texts.length === 0 ? { is: 'none' } : { is: 'text', text: texts.join('\n') }
}

function sentenceAt(text: string, index: number): string {
  const from = Math.max(text.lastIndexOf('. ', index) + 1, text.lastIndexOf('\n', index) + 1, 0)
  const ends = [text.indexOf('. ', index), text.indexOf('\n', index + 1)].filter((end) => end >= 0)
  const sentence = text.slice(from, ends.length > 0 ? Math.min(...ends) + 1 : undefined).replace(/\s+/g, ' ').trim()
  return sentence.length > 200 ? `${sentence.slice(0, 199)}…` : sentence
}

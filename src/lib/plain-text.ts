import { stripVTControlCharacters } from 'node:util'

/**
 * Text that somebody else wrote (a log line, an engine's message), made safe to show on one line of a terminal, in XML or on a
 * page: escape sequences are gone, other control characters are shown as their pictures (`␀`), broken surrogates as `�`.
 */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s*\n\s*/g, ' ').replaceAll('\t', ' ').trim()
}

/** The same for text of several lines: line feeds and tabs stay, a carriage return before a line feed goes. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '�')
}

/** More of one line tells nobody more. */
const LONGEST_LINE = 500

/** A line that somebody else wrote (into a log, into a note, behind an option), as it is taken in: plain, and cut where it is too long to be read. */
export function lineTakenIn(text: string): string {
  return shortened(plainLine(text), LONGEST_LINE)
}

/** Cut to at most `characters`, said by `…`, never in the middle of a character. */
export function shortened(text: string, characters: number): string {
  const all = [...text]
  return all.length <= characters ? text : `${all.slice(0, characters - 1).join('')}…`
}

/** Cut to at most `bytes` of UTF-8, said by `…`, never in the middle of a character. */
export function shortenedToBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  const room = new Uint8Array(bytes - Buffer.byteLength('…'))
  const { read } = new TextEncoder().encodeInto(text, room)
  return `${text.slice(0, read)}…`
}

/** With a full stop, where it has no end of its own: others put a sentence behind it. */
export function withStop(text: string): string {
  return /[.!?”]$/.test(text) ? text : `${text}.`
}

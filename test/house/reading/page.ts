import { CHAPTERS, type Statement } from './statements.ts'

/** docs/recipe/what-is-read.md, whole. */
export function readingPage(): string {
  const chapters = CHAPTERS.flatMap(({ title, statements }) => ['', `## ${title}`, '', ...statements.map(lineOf)])
  return `${[
    '# What cc-ci reads in a recipe',
    '',
    'Each statement is proven by a test; where a fixture shows it, the file is named. `cc-ci recipe check` says where a recipe differs, and how to mend it.',
    'This page is made by `node test/support/write-manual.ts`, of test/house/reading/statements.ts.',
    ...chapters,
  ].join('\n')}\n`
}

function lineOf({ id, says, shown, elsewhere }: Statement): string {
  const places = [shown && `[${shown[0].replace('fixtures/reading/', '')}](../../${shown[0]})`, elsewhere && `[test](../../${elsewhere[0]})`].filter(Boolean)
  return `- ${says}${places.length > 0 ? ` (${places.join(', ')})` : ''} <!-- ${id} -->`
}

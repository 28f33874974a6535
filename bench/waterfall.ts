import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunResults } from '../src/domain/model/run.ts'
import { checkout } from '../test/support/cli.ts'
import { pictureOf } from './picture.ts'
import { oneRun } from './one-run.ts'
import { openWorkbench } from './workbench.ts'

const FILE = 'docs/run-waterfall.svg'

/** Draws where the time of one run went: of the run that `from` is the results.json of, otherwise of a new one of the example on Swarm. */
export async function drawRun({ from, signal, says }: { from: string | undefined; signal: AbortSignal; says(line: string): void }): Promise<void> {
  const results = from === undefined ? await newRun(signal, says) : (JSON.parse(await readFile(from, 'utf8')) as RunResults)
  await writeFile(join(checkout, FILE), pictureOf(results))
  says(`${FILE}: ${results.recipe} on ${results.engine}, ${Math.round((results.endedAt - results.startedAt) / 1000)} s`)
}

async function newRun(signal: AbortSignal, says: (line: string) => void): Promise<RunResults> {
  const bench = await openWorkbench(signal)
  try {
    says('a run of notes on Swarm')
    return (await oneRun({ bench, signal, says, times: 1 })).results
  } finally {
    await bench.close()
  }
}

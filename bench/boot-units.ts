import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BootGraph, BootUnit } from '../src/domain/boot/graph.ts'
import { NOTHING, unitNamed } from '../src/domain/boot/probes/read.ts'
import { seeded } from '../test/support/seeded.ts'

/** A sound boot of any size: each unit after three of the two hundred before it and after the proxy, which is the first; some have gates of their own pages. */
interface DrawnBoot {
  after: number[][]
  /** Numbers of the units that have a gate. */
  gated: number[]
}

const PLACE = { file: 'drawn', line: 1, column: 1 }

export function drawBoot(units: number, gates: number): DrawnBoot {
  const random = seeded(units)
  const after = Array.from({ length: units }, (_, index) => (index === 0 ? [] : [...new Set([0, ...Array.from({ length: 3 }, () => Math.max(0, index - 1 - Math.floor(random() * 200)))])]))
  const every = Math.max(1, Math.floor((units - 1) / Math.max(1, gates)))
  return { after, gated: Array.from({ length: gates }, (_, index) => 1 + index * every) }
}

export function graphOf({ after, gated }: DrawnBoot): BootGraph {
  const name = (index: number) => `b${index}.service`
  const units: BootUnit[] = after.map((before, index) => ({ ...unitNamed(name(index), PLACE), order: before.map((one) => ({ kind: 'after', unit: name(one), place: PLACE })) }))
  for (const index of gated) units[index] = { ...units[index]!, gate: { place: PLACE, asks: [{ kind: 'url', url: `https://h${index}.test/`, redirects: 'follow', place: PLACE }] } }
  const by = (index: number) => ({ unit: name(index), place: PLACE })
  return { ...NOTHING, units, routers: gated.map((index) => ({ name: `r${index}`, place: PLACE, rule: { text: `Host(\`h${index}.test\`)`, place: PLACE }, proxy: by(0), service: by(index), definedBy: by(index), middlewares: [], certificate: null, priority: null })) }
}

/** The same as unit files, and as probes in as many files as it takes: one may have 256 KiB. */
export async function writeBoot({ after, gated }: DrawnBoot, folder: string): Promise<{ units: string[]; probes: string[] }> {
  const unitFolder = join(folder, 'units')
  await mkdir(unitFolder, { recursive: true })
  const units = after.map((_, index) => join(unitFolder, `b${index}.service`))
  for (const [index, before] of after.entries()) await writeFile(units[index]!, `[Unit]\nDescription=Unit ${index}\nAfter=network.target ${before.map((one) => `b${one}.service`).join(' ')}\n\n[Service]\nType=oneshot\nExecStart=/bin/true\nTimeoutStartSec=15min\n\n[Install]\nWantedBy=multi-user.target\n`)
  const probes: string[] = []
  for (let from = 0; from < gated.length; from += 1_000) {
    const some = gated.slice(from, from + 1_000)
    const file = join(folder, `probes-${probes.length}.yml`)
    await writeFile(file, ['proxy: b0.service', 'units:', ...some.map((index) => `  b${index}.service: { gate: "https://h${index}.test/" }`), 'routers:', ...some.map((index) => `  r${index}: { host: h${index}.test, service: b${index}.service }`), ''].join('\n'))
    probes.push(file)
  }
  return { units, probes }
}

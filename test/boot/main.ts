/** The long form of the property test: `npm run boots -- 20000 [FIRST SEED]`. */
import { compare } from './compare.ts'

const [count = 20_000, from = 1] = process.argv.slice(2).map(Number)
const began = performance.now()
const seen = compare({ from, count })
const share = (part: number) => `${((100 * part) / seen.graphs).toFixed(1)} %`
console.log(`${seen.graphs} boots from seed ${from} in ${((performance.now() - began) / 1000).toFixed(1)} s: ${share(seen.deadlocked)} stand still, ${share(seen.racing)} hang on chance, ${seen.fixes} fixes tried`)
for (const [kind, { graphs, refused }] of [...seen.kinds].toSorted()) console.log(`  ${kind.padEnd(13)} in ${share(graphs)} of the boots, on the way of a finding in ${share(refused)}`)
for (const difference of seen.differences.slice(0, 20)) console.log(difference)
console.log(seen.differences.length === 0 ? 'analysis and brute force agree everywhere' : `${seen.differences.length} differences`)
process.exitCode = seen.differences.length === 0 ? 0 : 1

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { checkImports, findingToText, readSources } from './imports.ts'
import { LAYERS, layersAsMarkdown } from './layers.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const PACKAGES = ['yaml', 'zod', 'docker-modem']

/** Files by path under `src`; a file that is only imported needs no text. */
type Tree = Record<string, string>

function findingsIn(tree: Tree): string[] {
  const files = new Map(Object.entries(tree).map(([file, text]) => [`src/${file}`, text]))
  return checkImports({ files, packages: PACKAGES }).map(findingToText)
}

const kept: { that: string, tree: Tree }[] = [
  { that: 'lib may use Node and one package', tree: { 'lib/yaml.ts': "import { parse } from 'yaml'\nimport path from 'node:path'" } },
  { that: 'the domain may use lib and the nouns', tree: { 'domain/plan/a.ts': "import '../../lib/b.ts'\nimport type { C } from '../model/c.ts'", 'lib/b.ts': '', 'domain/model/c.ts': '' } },
  { that: 'the report may use the plan', tree: { 'domain/report/a.ts': "import '../plan/b.ts'", 'domain/plan/b.ts': '' } },
  { that: 'a port may use the domain and the error of ports', tree: { 'ports/a.ts': "import '../domain/model/b.ts'\nimport './port-error.ts'", 'domain/model/b.ts': '', 'ports/port-error.ts': '' } },
  { that: 'a workflow may use ports and other workflows', tree: { 'workflows/run/a.ts': "import '../../ports/b.ts'\nimport '../queue/c.ts'", 'ports/b.ts': '', 'workflows/queue/c.ts': '' } },
  { that: 'an adapter may use its own port, process, clock, the error, lib, its vendor and its own folder', tree: {
    'adapters/engine/swarm/a.ts': "import '../../../ports/engine.ts'\nimport '../../../ports/process.ts'\nimport '../../../ports/clock.ts'\nimport '../../../ports/port-error.ts'\nimport '../../../lib/b.ts'\nimport 'docker-modem'\nimport './c.ts'",
    'adapters/engine/swarm/c.ts': "import 'docker-modem'", 'ports/engine.ts': '', 'ports/process.ts': '', 'ports/clock.ts': '', 'ports/port-error.ts': '', 'lib/b.ts': '' } },
  { that: 'the store keeps the records of runs', tree: { 'adapters/store/files/a.ts': "import '../../../ports/run-records.ts'", 'ports/run-records.ts': '' } },
  { that: 'the command line may use workflows and settings', tree: { 'cli/run/run.ts': "import '../../workflows/run/a.ts'\nimport '../../settings/b.ts'", 'workflows/run/a.ts': '', 'settings/b.ts': '' } },
  { that: 'wiring may use everything', tree: { 'wiring/main.ts': "import '../adapters/engine/swarm/a.ts'\nimport '../cli/b.ts'\nprocess.exitCode = 0", 'adapters/engine/swarm/a.ts': '', 'cli/b.ts': '' } },
  { that: 'only adapters/process spawns', tree: { 'adapters/process/node.ts': "import { spawn } from 'node:child_process'" } },
  { that: 'settings reads the environment', tree: { 'settings/a.ts': 'process.env.HOME' } },
  { that: 'a test beside its source may use Node', tree: { 'domain/plan/a.test.ts': "import test from 'node:test'\nimport './a.ts'", 'domain/plan/a.ts': '' } },
  { that: 'an adapter may set a timer for a deadline', tree: { 'adapters/probe/node/a.ts': 'setTimeout(stop, 1)' } },
]

for (const { that, tree } of kept) test(`kept: ${that}`, () => { assert.deepEqual(findingsIn(tree), []) })

const broken: { that: string, tree: Tree, finding: string }[] = [
  { that: 'lib does not know the domain', tree: { 'lib/a.ts': "import '../domain/model/b.ts'", 'domain/model/b.ts': '' },
    finding: 'src/lib/a.ts:1: lib may not import domain/model/b: lib knows nothing of our domain. Mend: take it as an argument, or move what is shared to where both may reach it (lib may import nothing of ours).' },
  { that: 'a file of lib wraps one package', tree: { 'lib/a.ts': "import 'yaml'\nimport 'zod'" },
    finding: 'src/lib/a.ts:1: a file of lib wraps one package, this one takes yaml, zod. Mend: split it, one file per package.' },
  { that: 'the nouns do not know the plan', tree: { 'domain/model/a.ts': "import type { B } from '../plan/b.ts'", 'domain/plan/b.ts': '' },
    finding: 'src/domain/model/a.ts:1: domain/model may not import domain/plan/b: the nouns know nobody. Mend: take it as an argument, or move what is shared to where both may reach it (domain/model may import lib).' },
  { that: 'the plan does not know the report', tree: { 'domain/plan/a.ts': "\nexport * from '../report/b.ts'", 'domain/report/b.ts': '' },
    finding: 'src/domain/plan/a.ts:2: domain/plan may not import domain/report/b: the domain is plain data and pure functions. Mend: take it as an argument, or move what is shared to where both may reach it (domain/plan may import domain/model, domain/recipe, lib).' },
  { that: 'the domain uses no module of Node', tree: { 'domain/plan/a.ts': "import fs from 'node:fs'" },
    finding: 'src/domain/plan/a.ts:1: domain/plan may not import node:fs: the domain is plain data and pure functions. Mend: put what is pure into lib, ask a port for the rest.' },
  { that: 'the domain uses no package', tree: { 'domain/recipe/a.ts': "import 'yaml'" },
    finding: 'src/domain/recipe/a.ts:1: domain/recipe may not import the package yaml: the domain is plain data and pure functions. Mend: wrap it in one file of lib, or own it in one adapter.' },
  { that: 'a port stands alone', tree: { 'ports/a.ts': "import './b.ts'", 'ports/b.ts': '' },
    finding: 'src/ports/a.ts:1: ports may not import ports/b: a port says what we ask of the outside in the words of the domain, and stands alone. Mend: take it as an argument, or move what is shared to where both may reach it (ports may import domain, ports/port-error).' },
  { that: 'a port does not know lib', tree: { 'ports/a.ts': "import '../lib/b.ts'", 'lib/b.ts': '' },
    finding: 'src/ports/a.ts:1: ports may not import lib/b: a port says what we ask of the outside in the words of the domain, and stands alone. Mend: take it as an argument, or move what is shared to where both may reach it (ports may import domain, ports/port-error).' },
  { that: 'a workflow knows no adapter', tree: { 'workflows/run/a.ts': "import '../../adapters/engine/swarm/b.ts'", 'adapters/engine/swarm/b.ts': '' },
    finding: 'src/workflows/run/a.ts:1: workflows may not import adapters/engine/swarm/b: a workflow acts through ports only, so that it can be driven, killed and resumed in a test. Mend: take it as an argument, or move what is shared to where both may reach it (workflows may import domain, ports, lib).' },
  { that: 'an adapter knows no other adapter of its role', tree: { 'adapters/engine/swarm/a.ts': "import '../local/b.ts'", 'adapters/engine/local/b.ts': '' },
    finding: 'src/adapters/engine/swarm/a.ts:1: adapters may not import adapters/engine/local/b: adapters do not know each other. Mend: take it as an argument, or move what is shared to where both may reach it (adapters may import domain, own port, ports/process, ports/clock, ports/port-error, lib).' },
  { that: 'an adapter knows no port of another role', tree: { 'adapters/engine/swarm/a.ts': "import type { B } from '../../../ports/backup.ts'", 'ports/backup.ts': '' },
    finding: 'src/adapters/engine/swarm/a.ts:1: adapters may not import ports/backup: an adapter knows its own port and its vendor, and can be replaced alone. Mend: take it as an argument, or move what is shared to where both may reach it (adapters may import domain, own port, ports/process, ports/clock, ports/port-error, lib).' },
  { that: 'an adapter knows no workflow', tree: { 'adapters/process/a.ts': "import '../../workflows/b.ts'", 'workflows/b.ts': '' },
    finding: 'src/adapters/process/a.ts:1: adapters may not import workflows/b: an adapter knows its own port and its vendor, and can be replaced alone. Mend: take it as an argument, or move what is shared to where both may reach it (adapters may import domain, own port, ports/process, ports/clock, ports/port-error, lib).' },
  { that: 'the command line knows no adapter, at run time neither', tree: { 'cli/a.ts': "await import('../adapters/process/b.ts')", 'adapters/process/b.ts': '' },
    finding: 'src/cli/a.ts:1: cli may not import adapters/process/b: what people call is handed its adapters by wiring. Mend: take it as an argument, or move what is shared to where both may reach it (cli may import domain, workflows, ports, settings, lib).' },
  { that: 'nobody but wiring knows wiring', tree: { 'server/a.ts': "import '../wiring/b.ts'", 'wiring/b.ts': '' },
    finding: 'src/server/a.ts:1: server may not import wiring/b: what people call is handed its adapters by wiring. Mend: take it as an argument, or move what is shared to where both may reach it (server may import domain, workflows, ports, settings, lib).' },
  { that: 'a vendor stands in one place', tree: { 'lib/a.ts': "import 'yaml'", 'lib/b.ts': "import type { Node } from 'yaml'" },
    finding: "src/lib/b.ts:1: the package yaml already belongs to src/lib/a.ts: a vendor stands in one file of lib or in one adapter. Mend: use src/lib/a.ts, or move the package's use there." },
  { that: 'a package is declared', tree: { 'lib/a.ts': "import '@scope/pad/left'" },
    finding: 'src/lib/a.ts:1: the package @scope/pad is no dependency in package.json. Mend: add it there with a line that says what it saves, or use what we have.' },
  { that: 'only settings reads the environment', tree: { 'adapters/process/a.ts': '\n\nprocess.env.PATH' },
    finding: 'src/adapters/process/a.ts:3: process.env: only settings reads the environment. Mend: take what you need as an argument; wiring hands it over from settings.' },
  { that: 'only settings reads the environment, by import neither', tree: { 'cli/a.ts': "import { env } from 'node:process'" },
    finding: 'src/cli/a.ts:1: node:process: only settings reads the environment. Mend: take what you need as an argument; wiring hands it over from settings.' },
  { that: 'only wiring exits', tree: { 'cli/a.ts': 'process.exit(1)' },
    finding: 'src/cli/a.ts:1: process.exit: only wiring exits the process. Mend: return the outcome; wiring turns it into an exit code.' },
  { that: 'only wiring sets the exit code', tree: { 'cli/a.ts': 'process.exitCode = 1' },
    finding: 'src/cli/a.ts:1: process.exitCode: only wiring exits the process. Mend: return the outcome; wiring turns it into an exit code.' },
  { that: 'only adapters/process spawns', tree: { 'adapters/source/git/a.ts': "import type { ChildProcess } from 'node:child_process'" },
    finding: 'src/adapters/source/git/a.ts:1: node:child_process: only adapters/process spawns. Mend: ask for the port `process`.' },
  { that: 'our logic does not read the clock', tree: { 'workflows/a.ts': 'Date.now()' },
    finding: 'src/workflows/a.ts:1: Date.now: no clock of the machine in our logic. Mend: ask for the port `clock`, or take the time as an argument.' },
  { that: 'our logic does not sleep', tree: { 'domain/plan/a.ts': 'setTimeout(go, 100)' },
    finding: 'src/domain/plan/a.ts:1: setTimeout: no clock of the machine in our logic. Mend: ask for the port `clock`, or take the time as an argument.' },
  { that: 'our logic rolls no dice', tree: { 'workflows/a.ts': 'Math.random()' },
    finding: 'src/workflows/a.ts:1: Math.random: no chance in our logic. Mend: ask for the port `random`, or take the value as an argument.' },
  { that: 'nobody sleeps for a fixed time', tree: { 'adapters/engine/swarm/a.ts': "import { setTimeout as sleep } from 'node:timers/promises'" },
    finding: 'src/adapters/engine/swarm/a.ts:1: node:timers/promises: no fixed sleeps. Mend: await an event, or probe at the pace of the port `clock` with a deadline.' },
  { that: 'modules of Node say so', tree: { 'lib/a.ts': "import 'fs'" },
    finding: 'src/lib/a.ts:1: the module fs of Node is written without node:. Mend: write node:fs.' },
  { that: 'a computed import cannot be checked', tree: { 'wiring/a.ts': 'import(name)' },
    finding: 'src/wiring/a.ts:1: an import whose target is computed cannot be checked. Mend: name the file in a string.' },
  { that: 'the sources know nothing outside themselves', tree: { 'lib/a.ts': "import '../../test/b.ts'" },
    finding: 'src/lib/a.ts:1: ../../test/b.ts is not a source file under src. Mend: mend the path; src knows nothing outside itself.' },
  { that: 'nobody imports a test', tree: { 'lib/a.ts': "import './b.test.ts'", 'lib/b.test.ts': '' },
    finding: 'src/lib/a.ts:1: lib may not import lib/b.test: nobody imports a test. Mend: take it as an argument, or move what is shared to where both may reach it (lib may import nothing of ours).' },
  { that: 'every folder has its row', tree: { 'utils/a.ts': '' },
    finding: 'src/utils/a.ts:1: src/utils/a.ts stands in no folder of the table. Mend: move it, or add its folder to test/house/layers.ts with a reason in docs/decisions.' },
  { that: 'a circle, of types neither', tree: { 'lib/a.ts': "import './b.ts'", 'lib/b.ts': "\nimport type { C } from './c.ts'", 'lib/c.ts': "import './b.ts'" },
    finding: 'src/lib/b.ts:2: a circle of imports: src/lib/b.ts → src/lib/c.ts → src/lib/b.ts. Mend: move what both need to a file of its own.' },
  { that: 'a file that imports itself', tree: { 'lib/a.ts': "import './a.ts'" },
    finding: 'src/lib/a.ts:1: a circle of imports: src/lib/a.ts → src/lib/a.ts. Mend: move what both need to a file of its own.' },
]

for (const { that, tree, finding } of broken) test(`broken: ${that}`, () => { assert.deepEqual(findingsIn(tree), [finding]) })

test('the checker reads our own sources and packages', () => {
  const { files, packages } = readSources(ROOT)
  assert.ok(files.has('src/ports/port-error.ts'))
  assert.ok(packages.includes('yaml'))
})

test('each layer of the table is there', () => {
  const files = [...readSources(ROOT).files.keys()]
  assert.deepEqual(LAYERS.filter(({ folder }) => !files.some((file) => file.startsWith(`src/${folder}/`))).map(({ folder }) => folder), [])
})

test('ARCHITECTURE.md shows the table that the checker enforces', () => {
  const page = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8')
  const shown = /<!-- imports -->\s*([\s\S]*?)\s*<!-- \/imports -->/.exec(page)?.[1]
  assert.equal(shown, layersAsMarkdown(), 'put what `npm run -s imports -- --table` prints between <!-- imports --> and <!-- /imports --> in ARCHITECTURE.md')
})

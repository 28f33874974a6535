/**
 * The import checker: `node test/house/imports.ts` lists every broken rule with file, line and mend and ends with 1 if
 * there is one; `--table` prints the table for ARCHITECTURE.md.
 *
 * Rules: the table of layers (layers.ts), the table of effects (effects.ts), no circles, a vendor's package in one file of
 * lib or in one adapter. Type-only imports count. Tests beside the sources obey the layers but may use Node as they need.
 */
import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { cyclesIn } from './cycles.ts'
import { EFFECTS } from './effects.ts'
import { LAYERS, type Layer, layersAsMarkdown, PORTS_OF_ROLE } from './layers.ts'
import { type Import, readSource, type SourceFile } from './read-source.ts'

export interface Finding {
  /** From the checkout's root. */
  file: string
  line: number
  rule: string
  mend: string
}

export interface Sources {
  /** Path from the checkout's root (`src/…`) → text. */
  files: Map<string, string>
  /** The packages that package.json declares as dependencies. */
  packages: string[]
}

export function findingToText(finding: Finding): string {
  return `${finding.file}:${finding.line}: ${finding.rule}. Mend: ${finding.mend}.`
}

export function checkImports({ files, packages }: Sources): Finding[] {
  const findings: Finding[] = []
  const graph = new Map<string, string[]>()
  const vendorSites = new Map<string, { file: string, line: number }[]>()
  const packagesOfFile = new Map<string, Set<string>>()

  for (const [file, text] of files) {
    const source = readSource(text)
    const inSrc = file.slice('src/'.length)
    const layer = layerOf(inSrc)
    const report = (line: number, rule: string, mend: string): void => { findings.push({ file, line, rule, mend }) }
    const edges: string[] = []
    graph.set(file, edges)

    if (!layer) {
      report(1, `${file} stands in no folder of the table`, 'move it, or add its folder to test/house/layers.ts with a reason in docs/decisions')
      continue
    }
    for (const found of source.imports) {
      const { specifier, line } = found
      if (specifier === undefined) {
        report(line, 'an import whose target is computed cannot be checked', 'name the file in a string')
      } else if (isBuiltin(specifier)) {
        checkNodeModule(inSrc, layer, found, report)
      } else if (specifier.startsWith('.')) {
        const target = path.posix.join(path.posix.dirname(file), specifier)
        if (!files.has(target)) {
          report(line, `${specifier} is not a source file under src`, specifier.endsWith('.ts') ? 'mend the path; src knows nothing outside itself' : 'write the path with its ending .ts')
          continue
        }
        edges.push(target)
        const allowed = mayImport(inSrc, layer, target.slice('src/'.length))
        if (allowed !== true) report(line, `${layer.folder} may not import ${withoutEnding(target.slice('src/'.length))}: ${allowed}`, mendFor(layer))
      } else {
        const name = packageName(specifier)
        if (!packages.includes(name)) report(line, `the package ${name} is no dependency in package.json`, 'add it there with a line that says what it saves, or use what we have')
        if (layer.packages === 'none') {
          report(line, `${layer.folder} may not import the package ${name}: ${layer.because}`, 'wrap it in one file of lib, or own it in one adapter')
        } else {
          vendorSites.set(name, [...(vendorSites.get(name) ?? []), { file, line }])
          packagesOfFile.set(file, (packagesOfFile.get(file) ?? new Set()).add(name))
        }
      }
    }
    checkEffects(inSrc, source, report)
  }

  findings.push(...vendorFindings(vendorSites, packagesOfFile), ...cycleFindings(graph, files))
  return findings.toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
}

type Report = (line: number, rule: string, mend: string) => void

function checkNodeModule(file: string, layer: Layer, found: Import, report: Report): void {
  const name = found.specifier!.replace(/^node:/, '')
  if (!found.specifier!.startsWith('node:')) report(found.line, `the module ${name} of Node is written without node:`, `write node:${name}`)
  if (isTest(file) || layer.node === 'any') return
  report(found.line, `${layer.folder} may not import node:${name}: ${layer.because}`, 'put what is pure into lib, ask a port for the rest')
}

function checkEffects(file: string, source: SourceFile, report: Report): void {
  if (isTest(file)) return
  for (const effect of EFFECTS) {
    if (effect.only?.some((folder) => isIn(file, folder))) continue
    if (effect.never && !effect.never.some((folder) => isIn(file, folder))) continue
    for (const use of source.uses) {
      if (effect.uses?.includes(use.name)) report(use.line, `${use.name}: ${effect.rule}`, effect.mend)
    }
    for (const found of source.imports) {
      const name = found.specifier?.replace(/^node:/, '')
      if (name === undefined || !effect.modules?.includes(name)) continue
      const taken = effect.names ? found.names.filter((each) => effect.names!.includes(each) || isDefaultImport(each, name)) : found.names
      if (effect.names && taken.length === 0) continue
      report(found.line, `node:${name}: ${effect.rule}`, effect.mend)
    }
  }
}

/** `import process from 'node:process'` hands over everything. */
function isDefaultImport(taken: string, module: string): boolean {
  return module === 'process' && taken === 'process'
}

/** `true`, or why not. */
function mayImport(from: string, layer: Layer, to: string): true | string {
  if (layer.mayImport.includes('everything')) return true
  const target = withoutEnding(to)
  if (isTest(to)) return 'nobody imports a test'
  const reach = layer.mayImport.flatMap((allowed) => (allowed === 'own port' ? ownPorts(from) : [allowed]))
  if (reach.some((allowed) => isIn(target, allowed))) return true
  if (!isIn(target, layer.folder)) return layer.because
  if (layer.alone === 'adapters' && partOf(from) !== partOf(to)) return 'adapters do not know each other'
  if (layer.alone === 'ports' && withoutEnding(from).replace(/\.test$/, '') !== target) return layer.because
  return true
}

function mendFor(layer: Layer): string {
  if (layer.folder === 'wiring') return 'move the file'
  const reach = layer.mayImport.join(', ') || 'nothing of ours'
  return `take it as an argument, or move what is shared to where both may reach it (${layer.folder} may import ${reach})`
}

function vendorFindings(sites: Map<string, { file: string, line: number }[]>, ofFile: Map<string, Set<string>>): Finding[] {
  const findings: Finding[] = []
  for (const [name, places] of sites) {
    const owner = ownerOf(places[0]!.file)
    for (const { file, line } of places) {
      if (ownerOf(file) !== owner) findings.push({ file, line, rule: `the package ${name} already belongs to ${owner}: a vendor stands in one file of lib or in one adapter`, mend: `use ${owner}, or move the package's use there` })
    }
  }
  for (const [file, names] of ofFile) {
    if (file.startsWith('src/lib/') && names.size > 1) {
      findings.push({ file, line: 1, rule: `a file of lib wraps one package, this one takes ${[...names].join(', ')}`, mend: 'split it, one file per package' })
    }
  }
  return findings
}

/** The file of lib, or the adapter's folder. */
function ownerOf(file: string): string {
  return file.startsWith('src/adapters/') ? `src/${partOf(file.slice('src/'.length))}` : file.replace(/\.test\.ts$/, '.ts')
}

function cycleFindings(graph: Map<string, string[]>, files: Map<string, string>): Finding[] {
  return cyclesIn(graph).map((circle) => {
    const [from, to] = circle as [string, string]
    const found = readSource(files.get(from)!).imports.find(({ specifier }) => specifier?.startsWith('.') && path.posix.join(path.posix.dirname(from), specifier) === to)
    return { file: from, line: found?.line ?? 1, rule: `a circle of imports: ${circle.join(' → ')}`, mend: 'move what both need to a file of its own' }
  })
}

function layerOf(file: string): Layer | undefined {
  return LAYERS.filter(({ folder }) => isIn(file, folder)).toSorted((a, b) => b.folder.length - a.folder.length)[0]
}

/** `adapters/engine/swarm` for a file in it; `adapters/process` where a role has one technology and no folder for it. */
function partOf(file: string): string {
  const parts = file.split('/')
  return parts.slice(0, Math.min(3, parts.length - 1)).join('/')
}

/** By the role in `adapters/<role>/…`. */
function ownPorts(file: string): string[] {
  const role = file.split('/')[1] ?? ''
  return PORTS_OF_ROLE[role] ?? [`ports/${role}`]
}

function isIn(file: string, folder: string): boolean {
  return file === folder || withoutEnding(file) === folder || file.startsWith(`${folder}/`)
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts')
}

function withoutEnding(file: string): string {
  return file.replace(/\.ts$/, '')
}

function packageName(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

export function readSources(root: string): Sources {
  const files = new Map(globSync('src/**/*.ts', { cwd: root }).toSorted().map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))
  const declared = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> }
  return { files, packages: Object.keys(declared.dependencies ?? {}) }
}

if (import.meta.main) {
  if (process.argv.includes('--table')) {
    console.log(layersAsMarkdown())
  } else {
    const sources = readSources(path.resolve(import.meta.dirname, '../..'))
    const findings = checkImports(sources)
    for (const finding of findings) console.log(findingToText(finding))
    console.log(`${sources.files.size} files, ${findings.length === 0 ? 'every import rule is kept' : `${findings.length} broken import rules`}`)
    process.exitCode = findings.length > 0 ? 1 : 0
  }
}

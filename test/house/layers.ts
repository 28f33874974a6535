/** Who may import whom, as data. ARCHITECTURE.md shows this table; a test holds the two equal. */

export interface Layer {
  /** A folder under `src/`; the longest one that matches counts. */
  folder: string
  /**
   * Folders or files under `src/`, without ending. `own port`: the file of `ports/` that is named like the adapter's role, or what PORTS_OF_ROLE says.
   * A layer may always import itself, except where `alone` says that its parts do not know each other.
   */
  mayImport: string[]
  /** Which modules of Node it may use. */
  node: NodeModules
  packages: 'none' | 'one pure package per file' | 'its vendor\'s' | 'any'
  /** The parts (folders of the first level, or of the second for adapters) that may not import each other. */
  alone?: 'adapters' | 'ports'
  /** Why, in the words of a finding. */
  because: string
}

export type NodeModules = 'none' | 'any'

/** What every file that may import its port may import, too: the port's errors. */
export const PORT_ERROR = 'ports/port-error'

/** Roles whose ports are not named like the adapter's folder. */
export const PORTS_OF_ROLE: Record<string, string[]> = {
  // One client of Docker's API, which two ports need (docs/decisions/networks-belong-to-the-engine.md).
  engine: ['ports/engine', 'ports/network'],
  store: ['ports/run-records', 'ports/platform-records', 'ports/boot-records', 'ports/network-moves', 'ports/prune-records', 'ports/end-request'],
  source: ['ports/source', 'ports/source-cache'],
  snapshot: ['ports/snapshots'],
  alerts: ['ports/alerts', 'ports/deliveries'],
}

const PURE = 'the domain is plain data and pure functions'

export const LAYERS: Layer[] = [
  { folder: 'lib', mayImport: [], node: 'any', packages: 'one pure package per file', because: 'lib knows nothing of our domain' },
  { folder: 'domain/model', mayImport: ['lib'], node: 'none', packages: 'none', because: 'the nouns know nobody' },
  { folder: 'domain/recipe', mayImport: ['domain/model', 'lib'], node: 'none', packages: 'none', because: PURE },
  { folder: 'domain/plan', mayImport: ['domain/model', 'domain/recipe', 'lib'], node: 'none', packages: 'none', because: PURE },
  { folder: 'domain/boot', mayImport: ['domain/model', 'domain/recipe', 'domain/plan', 'lib'], node: 'none', packages: 'none', because: PURE },
  { folder: 'domain/report', mayImport: ['domain/model', 'domain/recipe', 'domain/plan', 'domain/boot', 'lib'], node: 'none', packages: 'none', because: PURE },
  { folder: 'ports', mayImport: ['domain', PORT_ERROR], node: 'none', packages: 'none', alone: 'ports', because: 'a port says what we ask of the outside in the words of the domain, and stands alone' },
  { folder: 'workflows', mayImport: ['domain', 'ports', 'lib'], node: 'none', packages: 'none', because: 'a workflow acts through ports only, so that it can be driven, killed and resumed in a test' },
  { folder: 'adapters', mayImport: ['domain', 'own port', 'ports/process', 'ports/clock', PORT_ERROR, 'lib'], node: 'any', packages: 'its vendor\'s', alone: 'adapters', because: 'an adapter knows its own port and its vendor, and can be replaced alone' },
  { folder: 'settings', mayImport: ['domain', 'lib'], node: 'any', packages: 'none', because: 'settings are read before anything else exists' },
  { folder: 'cli', mayImport: ['domain', 'workflows', 'ports', 'settings', 'lib'], node: 'any', packages: 'none', because: 'what people call is handed its adapters by wiring' },
  { folder: 'server', mayImport: ['domain', 'workflows', 'ports', 'settings', 'lib'], node: 'any', packages: 'none', because: 'what people call is handed its adapters by wiring' },
  { folder: 'wiring', mayImport: ['everything'], node: 'any', packages: 'none', because: 'wiring is the one folder that knows all others' },
]

/** The table as ARCHITECTURE.md shows it between its two markers. */
export function layersAsMarkdown(): string {
  const rows = LAYERS.map((layer) => {
    const itself = layer.alone === 'adapters' ? ', never another adapter' : ''
    const names = layer.mayImport.length > 0 ? layer.mayImport.map((name) => (name.includes(' ') || name === 'everything' ? name : `\`${name}\``)).join(', ') : 'nothing of ours'
    return `| \`${layer.folder}\` | ${names}${itself} | ${layer.node} | ${layer.packages} |`
  })
  return ['| a file in | may import, beside its own folder | Node modules | packages |', '|---|---|---|---|', ...rows].join('\n')
}

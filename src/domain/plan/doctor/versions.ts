import type { Finding } from './finding.ts'

/** Known to work with everything that we ask of it. */
const GOOD = [20, 10]
/** Before it the engine lacks what we build on. */
const LEAST = [19, 3]

/** The engine's and the client's version; one that is not told is no finding. */
export function versionFindings(versions: { engine: string | undefined; client: string | undefined }): Finding[] {
  return ([['Docker engine', versions.engine], ['Docker client', versions.client]] as const).flatMap(([about, version]) => (version === undefined ? [] : [versionFinding(about, version)]))
}

function versionFinding(about: string, version: string): Finding {
  const parts = /^(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number)
  if (!parts) return { about, state: 'note', says: `its version is ${version}, which says nothing of what it can do` }
  if (isBefore(parts, LEAST)) return { about, state: 'trouble', says: `${version} is too old: apps cannot be deployed with it`, mend: 'install Docker 20.10 or newer: https://docs.docker.com/engine/install' }
  if (isBefore(parts, GOOD)) return { about, state: 'note', says: `${version} may do; 20.10 and newer are tested`, mend: 'install Docker 20.10 or newer: https://docs.docker.com/engine/install' }
  return { about, state: 'good', says: version }
}

function isBefore([major = 0, minor = 0]: readonly number[], [thanMajor = 0, thanMinor = 0]: readonly number[]): boolean {
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}

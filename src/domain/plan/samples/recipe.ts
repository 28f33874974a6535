import type { ReadRecipe } from '../../model/read-recipe.ts'
import type { StackService } from '../../model/stack.ts'

/** A read recipe for the tests of this folder: one service `app` with one volume, unless told otherwise. */
export function sampleRecipe(over: Partial<ReadRecipe> = {}): ReadRecipe {
  return {
    name: 'sample', commit: 'c'.repeat(40), composeFiles: ['compose.yml'],
    stack: { services: { app: sampleService() }, networks: {}, volumes: { data: {} }, secrets: {}, configs: {} },
    env: {}, secrets: [], images: [], backup: [], versionLabel: null, timeoutMs: null,
    config: { ready: { path: '/', status: [], http: true }, data: [], notApplicable: {}, notBackedUp: {}, limits: {}, env: {}, secrets: {}, needs: [], setup: [], checks: [] },
    configFrom: {}, metadata: {}, releaseNotes: {}, routers: [], waysIn: { routers: [], middlewares: [] }, engines: ['swarm'], problems: [],
    ...over,
  }
}

export function sampleService(over: Partial<StackService> = {}): StackService {
  return { image: 'sample:1', volumes: [{ type: 'volume', source: 'data', target: '/data' }], ...over }
}

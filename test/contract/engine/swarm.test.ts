import { engineContract } from './suite.ts'
import { make } from './swarm.ts'

engineContract('swarm', { module: new URL('./swarm.ts', import.meta.url).href, make })

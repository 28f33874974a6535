// time limit: 1200 s, because each of its apps is a real stack that comes up and goes
import { engineContract } from './suite.ts'
import { make } from './swarm.ts'

engineContract('swarm', { module: new URL('./swarm.ts', import.meta.url).href, make, atOnce: 3 })

import { make } from './scripted.ts'
import { engineContract } from './suite.ts'

engineContract('scripted', { module: new URL('./scripted.ts', import.meta.url).href, make, atOnce: 4 })

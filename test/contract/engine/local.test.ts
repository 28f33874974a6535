import { make } from './local.ts'
import { engineContract } from './suite.ts'

engineContract('local', { module: new URL('./local.ts', import.meta.url).href, make })

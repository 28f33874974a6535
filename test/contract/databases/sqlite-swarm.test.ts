import { make } from '../engine/swarm.ts'
import { sqliteContract } from './sqlite.ts'

sqliteContract('swarm', make)

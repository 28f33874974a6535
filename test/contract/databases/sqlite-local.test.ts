import { make } from '../engine/local.ts'
import { sqliteContract } from './sqlite.ts'

sqliteContract('local', make)

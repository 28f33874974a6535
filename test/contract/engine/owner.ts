import type { App } from '../../../src/domain/model/app.ts'
import type { MakeEngine, StackWish } from './under-test.ts'

/**
 * A process of its own that deploys a stack and then waits to be killed:
 * `node owner.ts <module of make> <settings> <app> <wish>`, the last three as JSON. Says `deploying`, and `deployed` when the engine has accepted it.
 */
const [module, settings, app, wish] = process.argv.slice(2) as [string, string, string, string]
const { make } = (await import(module)) as { make: MakeEngine }
const underTest = await make(JSON.parse(settings))
const owned = JSON.parse(app) as App
const request = await underTest.stack(owned, JSON.parse(wish) as StackWish)
console.log('deploying')
await underTest.engine.deploy(owned, request)
console.log('deployed')
setInterval(() => {}, 60_000)

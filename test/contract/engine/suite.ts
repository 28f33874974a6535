import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { stackNameOf, type App } from '../../../src/domain/model/app.ts'
import { crashTests } from './crash.ts'
import { deployTests } from './deploy.ts'
import { execTests } from './exec.ts'
import { filesTests } from './files.ts'
import { imageTests } from './images.ts'
import { jobTests } from './jobs.ts'
import { logsTests } from './logs.ts'
import { observeTests } from './observe.ts'
import { removeTests } from './remove.ts'
import { secretTests } from './secrets.ts'
import type { EngineUnderTest, MakeEngine } from './under-test.ts'
import { watchTests } from './watch.ts'

/** One test's surroundings. Every app that it asked for is removed after it, whatever happened. */
export interface Case {
  underTest: EngineUnderTest
  /** What `owner.ts` needs to be the same engine in another process. */
  module: string
  newApp(): Promise<App>
}

export type Tests = Record<string, (given: Case) => Promise<void>>

/** Title → test, by what they are about. */
const groups: Record<string, Tests> = {
  deploy: deployTests,
  observe: observeTests,
  watch: watchTests,
  logs: logsTests,
  exec: execTests,
  files: filesTests,
  secrets: secretTests,
  jobs: jobTests,
  images: imageTests,
  remove: removeTests,
  crash: crashTests,
}

/**
 * What every adapter of `Engine` must do. `module`: URL of the file that exports `make`. `atOnce`: so many tests of a group at the same
 * time, each with apps of its own; for engines where most of a test is waiting.
 */
export function engineContract(name: string, { module, make, atOnce = 1 }: { module: string; make: MakeEngine; atOnce?: number }): void {
  describe(`engine: ${name}`, { concurrency: false }, () => {
    let underTest: EngineUnderTest
    before(async () => {
      underTest = await make()
    })
    after(async () => {
      await underTest.cleanup()
    })
    for (const [about, tests] of Object.entries(groups)) {
      describe(about, { concurrency: atOnce }, () => {
        for (const [title, run] of Object.entries(tests)) {
          test(title, async () => {
            const apps: App[] = []
            const newApp = async () => {
              const run = `test-${randomBytes(3).toString('hex')}`
              const domain = `${run}.${(await underTest.engine.reach()).domain}`
              const app = { domain, stack: stackNameOf(domain), run }
              apps.push(app)
              return app
            }
            try {
              await run({ underTest, module, newApp })
            } finally {
              for (const app of apps) await underTest.engine.remove(app, { data: 'doomed' })
            }
          })
        }
      })
    }
  })
}

// time limit: 1200 s, because every scenario is a whole run on a Swarm, some with a control run
import { rigForCli } from '../support/rig.ts'
import { openSwarmHost } from './swarm-host.ts'
import { testScenarios } from './test-scenarios.ts'

await rigForCli()
await testScenarios('swarm', { atOnce: 2, openHost: openSwarmHost })

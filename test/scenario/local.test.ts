// time limit: 600 s, because every scenario is a whole run, some with a control run
import { openHostWithoutDocker } from './host.ts'
import { testScenarios } from './test-scenarios.ts'

await testScenarios('local', { atOnce: 5, openHost: openHostWithoutDocker })

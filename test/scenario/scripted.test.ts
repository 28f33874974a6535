import { openHostWithoutDocker } from './host.ts'
import { testScenarios } from './test-scenarios.ts'

await testScenarios('scripted', { atOnce: 8, openHost: openHostWithoutDocker })

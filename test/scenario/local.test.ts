// time limit: 600 s, because every scenario is a whole run, some with a control run
import { testScenarios } from './test-scenarios.ts'

await testScenarios('local', 5)

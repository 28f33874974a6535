import { testScenarios } from './test-scenarios.ts'

await testScenarios('scripted', 8)

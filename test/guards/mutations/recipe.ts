import type { Mutation } from '../mutation.ts'

const recipe = 'src/domain/recipe'

const readingTest = 'test/house/reading'

export const mutations: Mutation[] = [
  { trap: 'T32', file: `${recipe}/reach/compose-files.ts`, find: 'for (const name of names.length > 0 ? names : [usualFile(tree)]) {', replace: 'for (const name of [...tree.files.keys()].filter((each) => /^compose.*yml$/.test(each))) {', test: { file: `${readingTest}/abra-deploy.test.ts`, pattern: 'T32: an overlay' } },
  { trap: 'T35', file: `${recipe}/env-sample.ts`, find: ".split('\\n').map((line) => line.replace", replace: ".split('\\n').slice(0, -1).map((line) => line.replace", test: { file: `${readingTest}/fuzz.test.ts`, pattern: 'T35: env files with accidents' } },
  { trap: 'T66', file: `${recipe}/lint.ts`, find: '  configNames(input, problems)\n', replace: '', test: { file: `${recipe}/lint.test.ts`, pattern: 'T66:' } },
  { trap: 'T28', file: 'src/domain/plan/claims.ts', find: 'if (!isInner(name[at - 1]) && !isInner(name[at + stack.length])) return true', replace: 'return true', test: { file: 'src/domain/plan/claims.test.ts', pattern: 'T28: a name in the proxy' } },
  { trap: 'T28', file: 'src/domain/plan/claims.ts', find: 'for (const { kind, name, protocol } of definitionsIn(recipe)) {', replace: 'for (const { kind, name, protocol } of definitionsIn(recipe).slice(0, 0)) {', test: { file: 'src/domain/plan/claims.test.ts', pattern: 'T28: middlewares and services' } },
  { trap: 'T36', file: `${recipe}/read.ts`, find: '...namesTooLong(reading, stackName), ', replace: '', test: { file: 'test/fixtures/reading.test.ts', pattern: 'T36:' } },
  { trap: 'T56', file: `${recipe}/config/definition.ts`, find: 'export const configDefinition = z.strictObject({', replace: 'export const configDefinition = z.object({', test: { file: `${recipe}/config/read.test.ts`, pattern: 'T56:' } },
  { trap: 'T47', file: `${recipe}/config/definition.ts`, find: 'headers: z.record(headerName, headerValue)', replace: 'headers: z.record(headerName, scalarText)', test: { file: `${recipe}/config/read.test.ts`, pattern: 'T47:' } },
  { trap: 'T47', file: `${recipe}/config/definition.ts`, find: 'headers: z.record(headerName, headerValue)', replace: 'headers: z.record(z.string(), headerValue)', test: { file: `${recipe}/config/read.test.ts`, pattern: 'T47:' } },
  { trap: 'T64', file: `${recipe}/own-files.ts`, find: "else if (followed.leads === 'outside') problems", replace: "else if (followed.leads === 'file') problems", test: { file: 'test/fixtures/reading.test.ts', pattern: 'T64:' } },
  { trap: 'T37', file: `${recipe}/lint.ts`, find: ', ...ambiguousAliases({', replace: ', ...[].slice({', test: { file: 'test/fixtures/reading.test.ts', pattern: 'T37:' } },
  { trap: 'T37', file: `${recipe}/ambiguous-alias.ts`, find: 'const others = shared.filter((other) => other !== name)', replace: "const others = shared.filter((other) => other !== name && other === 'app')", test: { file: `${recipe}/ambiguous-alias.test.ts`, pattern: 'T37:' } },
]

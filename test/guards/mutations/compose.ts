import type { Mutation } from '../mutation.ts'

const namesTest = 'src/domain/recipe/compose/names-too-long.test.ts'
const routesTest = 'src/domain/recipe/reach/routes.test.ts'
const reachTest = 'src/domain/recipe/reach/refuse.test.ts'

export const mutations: Mutation[] = [
  { trap: 'T36', file: 'src/domain/recipe/compose/names-too-long.ts', find: 'if (name.length <= limit) return', replace: 'if (name.length <= limit + 1) return', test: { file: namesTest, pattern: 'T36:' } },
  { trap: 'T36', file: 'src/domain/recipe/compose/names-too-long.ts', find: "object.name ?? `${stackName}_${key}`", replace: 'object.name ?? key', test: { file: namesTest, pattern: 'T36:' } },
  { trap: 'T64', file: 'src/domain/recipe/reach/tree-path.ts', find: "if (path.startsWith('/')) return { leads: 'outside', target: path }", replace: '', test: { file: reachTest, pattern: 'T64: `file:`' } },
  { trap: 'T64', file: 'src/domain/recipe/reach/outside.ts', find: 'for (const { service, path, place } of envFiles)', replace: 'for (const { service, path, place } of envFiles.slice(0, 0))', test: { file: reachTest, pattern: 'T64: `env_file`' } },
  { trap: 'T64', file: 'src/domain/recipe/reach/compose-files.ts', find: 'if (reaches.length > 0) continue', replace: 'reaches.length = 0', test: { file: reachTest, pattern: 'T64: entries of COMPOSE_FILE' } },
  { trap: 'T64', file: 'src/domain/recipe/reach/tree-path.ts', find: "if (file?.kind !== 'symlink') continue", replace: 'if (file) continue', test: { file: reachTest, pattern: 'T64: a folder above it' } },
  { trap: 'T64', file: 'src/domain/recipe/reach/tree-path.ts', find: "if (file.target.startsWith('/')) return { leads: 'outside', ...lastLink }", replace: '', test: { file: reachTest, pattern: 'T64: the file itself, absolute' } },
  { trap: 'T4', file: 'src/domain/recipe/reach/routes.ts', find: "if ('wrong' in reading) {", replace: "if ('wrong' in reading) {\n        if (reading.at > 0) continue", test: { file: routesTest, pattern: 'T4: a rule with a condition that is a comment for Traefik' } },
  { trap: 'T4', file: 'src/domain/recipe/router-rule.ts', find: '"[^"\\\\\\p{Cc}]*"', replace: '"[^"\\p{Cc}]*"', test: { file: 'src/domain/recipe/router-rule.test.ts', pattern: 'T4: letters behind a backslash' } },
  { trap: 'T4', file: 'src/domain/recipe/router-rule.ts', find: 'if (this.#depth === DEEPEST)', replace: 'if (this.#depth < 0)', test: { file: routesTest, pattern: 'T4: a rule with 20,000 brackets' } },
  { trap: 'T4', file: 'src/domain/recipe/reach/proxy-names.ts', find: 'if (isOwnName(name, stackName) ||', replace: 'if (true ||', test: { file: reachTest, pattern: 'T4: a router that the proxy may have itself' } },
  { trap: 'T4', file: 'src/domain/recipe/reach/proxy-names.ts', find: 'http|tcp|udp|tls', replace: 'http|tcp|udp', test: { file: reachTest, pattern: 'T4: the certificate of all' } },
  { trap: 'T37', file: 'src/domain/recipe/reach/aliases.ts', find: 'if (isOwnName(alias, stackName) ||', replace: 'if (true ||', test: { file: reachTest, pattern: 'T37: an alias of another' } },
  { trap: 'T37', file: 'src/domain/recipe/reach/aliases.ts', find: 'isFullName(name) && !', replace: 'isFullName(name) && 0 && !', test: { file: reachTest, pattern: 'T37: a service with the full name' } },
]

import type { Mutation } from '../mutation.ts'

const own = (name: string) => `test/contract/engine-swarm/${name}.test.ts`
const adapter = (name: string) => `src/adapters/engine/swarm/${name}.ts`

/** Most of these need the rig's engine. */
export const mutations: Mutation[] = [
  { trap: 'T22', file: 'src/adapters/engine/swarm/errors.ts', find: 'hostTrouble(says) || isOutrun(says)', replace: 'hostTrouble(says)', test: { file: 'test/contract/engine-swarm/errors.test.ts', pattern: 'T22: what the client prints' } },
  { trap: 'T41', file: 'src/adapters/engine/swarm/connection.ts', find: 'await send(request, signal, true)', replace: 'await send(request, request.signal, true)', test: { file: 'test/contract/engine-swarm/connection.test.ts', pattern: 'T41: an engine that does not answer an upgrade' } },
  { trap: 'T10', file: adapter('placement'), find: 'return nodes.filter((node) => takes(node, service.Spec.TaskTemplate.Placement?.Constraints ?? [])).length', replace: 'return nodes.length', test: { file: own('state'), pattern: 'T10:' } },
  { trap: 'T19', file: adapter('remove'), find: 'if (Object.values(left).every((list) => list.length === 0)) return', replace: 'if (left.services.length === 0) return', test: { file: own('remove'), pattern: 'T19: a stack that is removed while' } },
  { trap: 'T19', file: adapter('remove'), find: 'await stopping', replace: 'void stopping', test: { file: own('remove'), pattern: 'T19: what is kept' } },
  { trap: 'T29', file: adapter('labels'), find: 'labels?.[STATE] === stateId && labels[RUN] !== undefined', replace: 'labels?.[RUN] !== undefined', test: { file: own('deploy'), pattern: 'T29:' } },
  { trap: 'T31', file: adapter('remove'), find: 'names.has(Spec.Name) && isOurs(Spec.Labels, parts.stateId)', replace: 'isOurs(Spec.Labels, parts.stateId)', test: { file: own('remove'), pattern: 'T31:' } },
  { trap: 'T34', file: adapter('errors'), find: "if (/toomanyrequests|too many requests|\\b429\\b|rate limit/i.test(says)) return 'limited'", replace: '', test: { file: own('pull'), pattern: 'T34:' } },
  { trap: 'T38', file: adapter('address-pool'), find: 'given.length + Math.ceil(size / 50) >= size', replace: 'given.length > size', test: { file: own('state'), pattern: 'T38:' } },
  { trap: 'T42', file: adapter('remove'), find: 'and still there: ${names.join(', replace: 'and it goes on: ${names.join(', test: { file: own('remove'), pattern: 'T42:' } },
  { trap: 'T64', file: adapter('recipe-files'), find: "if (path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) {", replace: "if (path === '') {", test: { file: own('recipe-files'), pattern: 'T64: only files' } },
  { trap: 'T64', file: adapter('deploy'), find: "copies.set(`${kind}/${key}`, await folder.write(`${kind}-${copies.size}`, bytes))", replace: 'copies.set(`${kind}/${key}`, `${recipe}/${bytes.length}`)', test: { file: own('deploy'), pattern: 'T64: client v28' } },
  { trap: 'T65', file: adapter('remove'), find: 'const networks = await both(lists.networks, ({ Labels }) => Labels)', replace: 'const networks: ApiNetwork[] = []', test: { file: own('remove'), pattern: 'T65:' } },
  { trap: 'T66', file: adapter('secret'), find: 'return expected.length === got.length && timingSafeEqual(expected, got)', replace: 'return expected.length === got.length', test: { file: 'test/contract/engine/swarm.test.ts', pattern: 'T66:' } },
  { trap: 'T67', file: adapter('observe'), find: " || state === 'rejected') return state", replace: ') return state', test: { file: own('state'), pattern: 'T67:' } },
]

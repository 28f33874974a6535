import assert from 'node:assert/strict'
import { test } from 'node:test'
import { movedMounts } from './moved-mounts.ts'
import { sampleRecipe, sampleService } from './samples/recipe.ts'

/** `app data:/data, web data:/srv:ro` */
function recipe(mounts: string) {
  const services: Record<string, ReturnType<typeof sampleService>> = {}
  for (const [service, source, target, ro] of mounts.split(', ').map((one) => one.split(/[ :]/))) {
    const { volumes = [] } = services[service!] ?? {}
    services[service!] = sampleService({ volumes: [...volumes, { type: 'volume', source: source!, target: target!, ...(ro && { read_only: true }) }] })
  }
  return sampleRecipe({ stack: { ...sampleRecipe().stack, services } })
}

const cases: Array<{ that: string; base: string; head: string; then: string[] }> = [
  { that: 'the same places', base: 'app data:/data, db sql:/var/lib', head: 'db sql:/var/lib, app data:/data', then: [] },
  { that: 'a slash more is the same place', base: 'app data:/data', head: 'app data:/data/', then: [] },
  { that: 'T26: a volume at another place in the same service', base: 'app data:/data', head: 'app data:/srv/data', then: ['data of app: /data -> /srv/data'] },
  { that: 'one that is found in both places is found', base: 'app data:/data', head: 'app data:/data, app data:/srv/data', then: [] },
  { that: 'T26: another service has it elsewhere', base: 'app data:/data', head: 'web data:/srv', then: ['data of app: /data -> /srv'] },
  { that: 'another service has it at the same place', base: 'app data:/data', head: 'web data:/data', then: [] },
  { that: 'a helper that is gone moves nothing', base: 'app data:/data, backup data:/backup', head: 'app data:/data', then: [] },
  { that: 'a helper that looks at it elsewhere is seen', base: 'app data:/data, backup data:/backup', head: 'app data:/data, backup data:/saved', then: ['data of backup: /backup -> /saved'] },
  { that: 'one that only reads may look for it anywhere', base: 'app data:/data, web data:/html:ro', head: 'app data:/data, web data:/srv:ro', then: [] },
  { that: 'a volume that is gone is lost, not moved', base: 'app data:/data', head: 'app other:/data', then: [] },
]

for (const { that, base, head, then } of cases) {
  test(that, () => assert.deepEqual(movedMounts(recipe(base), recipe(head)).map(({ volume, service, from, to }) => `${volume} of ${service}: ${from} -> ${to.join(' ')}`), then))
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Release } from '../model/recipe.ts'
import { readAbraSh } from './abra-sh.ts'
import { readCoopLabels } from './coop-labels.ts'
import { readEnvSample } from './env-sample.ts'
import { readImages } from './images.ts'
import { lint } from './lint.ts'
import { METADATA_KEYS, readReadme } from './readme.ts'
import { composed } from './samples.ts'

const health = 'healthcheck: { test: [CMD, x] }'
const labels = '    deploy:\n      labels:\n        - traefik.enable=true\n        - coop-cloud.${STACK_NAME}.version=1.0.0+1\n'
const good = `version: "3.8"\nservices:\n  app:\n    image: app:1.0\n    ${health}\n${labels}`
const readme = `<!-- metadata -->\n${METADATA_KEYS.map((key) => `* **${key}**: x`).join('\n')}\n<!-- endmetadata -->\n`
const release = { version: { text: '1.0.0+1', major: 1, minor: 0, patch: 0, app: '1' }, commit: 'c' } satisfies Release

interface Given {
  compose?: string
  sample?: string | null
  abraSh?: string
  readme?: string | null
  releases?: Release[]
  ignoredTags?: Array<{ tag: string; why: string }>
}

function said({ compose = good, sample = 'DOMAIN=x\n', abraSh, readme: readmeText = readme, releases = [release], ignoredTags = [] }: Given): string[] {
  const sampleRead = sample === null ? undefined : readEnvSample({ file: '.env.sample', text: sample })
  const shell = abraSh === undefined ? undefined : readAbraSh({ file: 'abra.sh', text: abraSh })
  const env = { ...sampleRead?.values, ...shell?.exports }
  const reading = composed(compose, env)
  const problems = lint({
    reading, env, textOf: () => compose, images: readImages(reading), sample: sampleRead, abraSh: shell,
    readme: readmeText === null ? undefined : readReadme({ file: 'README.md', text: readmeText }),
    coop: readCoopLabels({ ...reading, stackName: 'note-1_ci' }), releases, ignoredTags, proxyNetwork: 'proxy',
  })
  return problems.map((problem) => `${problem.file}:${problem.line} ${problem.rule} ${problem.message}`)
}

const cases: Array<[that: string, given: Given, expected: string[]]> = [
  ['a good recipe', {}, []],
  ['R001: a version that abra does not expect', { compose: good.replace('"3.8"', "'3.7' # old") }, ['compose.yml:1 R001 The compose file is of version `3.7`; abra expects 3.8.']],
  ['R001: no version', { compose: good.replace('version: "3.8"\n', '') }, ['compose.yml:1 R001 The compose file says no `version`; abra expects 3.8.']],
  ['R002: no healthcheck', { compose: good.replace(`    ${health}\n`, '') }, ['compose.yml:3 R002 The service `app` has no healthcheck: as soon as its process exists, it counts as well.']],
  ['R002: one that is turned off', { compose: good.replace(health, 'healthcheck: { disable: true }') }, ['compose.yml:5 R002 The healthcheck of `app` is turned off.']],
  ['R003: no tag', { compose: good.replace('app:1.0', 'app') }, ['compose.yml:4 R003 The image `app` of `app` has no tag: what runs depends on the day.']],
  ['R003: a digest is as good as a tag', { compose: good.replace('app:1.0', `app@sha256:${'a'.repeat(64)}`) }, []],
  ['R004: a tag that moves', { compose: good.replace('app:1.0', 'app:latest') }, ['compose.yml:4 R004 The tag `latest` of `app:latest` moves: what runs depends on the day.']],
  ['R005: a tag that is no version', { compose: good.replace('app:1.0', 'app:bookworm') }, ['compose.yml:4 R005 The tag `bookworm` of `app:bookworm` is not like a version: nobody can tell whether there is a newer one.']],
  ['R006: nothing published', { releases: [] }, ['compose.yml:1 R006 No version is published.']],
  ['R006: nobody looked', { releases: undefined }, []],
  ['R007: no README', { readme: null }, ['compose.yml:1 R007 There is no README.md: the catalogue shows it.']],
  ['R007: no block', { readme: '# Notes' }, ['README.md:1 R007 README.md has no metadata block: the catalogue shows it.']],
  ['R007: a key that says nothing', { readme: readme.replace('* **SSO**: x', '* **SSO**:') }, ['README.md:1 R007 The metadata says nothing of SSO: the catalogue shows it.']],
  ['R008: no .env.sample', { sample: null }, ['compose.yml:1 R008 There is no `.env.sample`: abra cannot make an app of this recipe.']],
  ['R009: no service app', { compose: good.replace('  app:\n', '  web:\n') }, ['compose.yml:3 R009 No service is called `app`: abra looks for its labels there.']],
  ['R010: not routed', { compose: good.replace('        - traefik.enable=true\n', '') }, ['compose.yml:3 R010 No service carries `traefik.enable=true`: nothing answers at the domain.']],
  ['R010: a recipe without a domain serves nobody', { compose: good.replace('        - traefik.enable=true\n', ''), sample: 'TYPE=x\n' }, []],
  [
    'R012: a config whose version is not in abra.sh',
    { compose: `${good}configs:\n  one: { file: one, name: "\${STACK_NAME}_one_\${ONE_VERSION}" }\n  two: { file: two, name: "\${STACK_NAME}_two_\${TWO_VERSION:-v1}" }\n`, abraSh: 'export ONE_VERSION=v1\n' },
    ['compose.yml:12 R012 The version `TWO_VERSION` of the config `two` does not come from abra.sh: operators keep an old one when the file changes.'],
  ],
  ['R014: a lightweight tag', { ignoredTags: [{ tag: '2.0.0+1', why: 'it is a lightweight tag' }, { tag: 'nightly', why: 'it is no version' }] }, ['refs/tags/2.0.0+1:1 R014 The tag `2.0.0+1` is not taken for a version: it is a lightweight tag.']],
  ['a volume without a name', { compose: good.replace('    image:', '    volumes: [one:/one, /data]\n    image:') + 'volumes: { one: }\n' }, ['compose.yml:4 volumes/no-name The volume at `/data` in `app` has no name: each new container begins with an empty one, and no backup finds it.']],
  ['T66: a config without a version in its name', { compose: `${good}configs:\n  one: { file: one, name: "\${STACK_NAME}_one" }\n` }, ['compose.yml:11 configs/no-version The name of the config `one` carries no version: when `one` changes, the next deploy fails.']],
  ['no version label', { compose: good.replace('        - coop-cloud.${STACK_NAME}.version=1.0.0+1\n', '') }, ['compose.yml:3 version/no-label No service carries the version of the recipe.']],
  [
    'nothing of Co-op Cloud: only what concerns every recipe',
    { compose: `services:\n  web:\n    image: web:latest\n    ${health}\n`, sample: null, readme: '# Web', releases: [] },
    ['compose.yml:3 R004 The tag `latest` of `web:latest` moves: what runs depends on the day.'],
  ],
]
for (const [that, given, expected] of cases) test(that, () => assert.deepEqual(said(given), expected))

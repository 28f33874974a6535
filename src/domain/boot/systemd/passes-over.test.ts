import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passesOver } from './passes-over.ts'

const sh = (script: string) => `/bin/sh -c '${script}'`
const cases: Array<[command: string, passes: boolean]> = [
  ['-/bin/wait', true],
  ['+-/bin/wait', true],
  ['/bin/wait --until-200', false],
  ['/bin/wait || true', false],
  [sh('wait || true'), true],
  [sh('wait || :'), true],
  [sh('wait || /bin/true'), true],
  [sh('wait ||exit 0'), true],
  [sh('wait || echo no'), true],
  [sh('wait || { echo no; }'), true],
  [sh('(wait || logger no)'), true],
  [sh('wait || true; notify'), true],
  [sh('wait; :'), true],
  [sh('wait; exit 0'), true],
  [sh('wait; echo done'), true],
  [sh('wait &'), true],
  [sh('wait | tee /run/log'), true],
  [sh('wait 2>&1 | logger'), true],
  ['/usr/bin/env bash -ec "wait || :"', true],
  ['+/usr/bin/bash -lc "wait; true"', true],
  [sh('wait'), false],
  [sh('wait;'), false],
  [sh('wait || exit'), false],
  [sh('wait || exit 1'), false],
  [sh('wait || exit 1; echo up'), false],
  [sh('wait || { echo no; exit 1; }'), false],
  [sh('wait || echo no && exit 1'), false],
  [sh('wait one || wait two'), false],
  [sh('wait && echo up'), false],
  [sh('wait > /dev/null 2>&1'), false],
  [sh('until wait; do sleep 1; done; echo up'), false],
  [sh('set -e; wait; echo up'), false],
  ['/bin/sh -ec "wait; echo up"', false],
  [sh('set -o pipefail; wait | tee /run/log'), false],
  [sh('curl -fs http://127.0.0.1/ | grep -q ok'), false],
  [`/bin/sh -c "test \\"a; :\\" = b"`, false],
  ['/usr/local/bin/wait.sh -c x', false],
]
for (const [command, passes] of cases) {
  test(`T2: ${command} ${passes ? 'passes over a failure' : 'fails where its command does'}`, () => assert.equal(passesOver(command), passes))
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pruneJobsIn } from './prune-jobs.ts'

const judged = (line: string) => pruneJobsIn(new Map([['crontab', line]])).map(({ is }) => is)

test('T24: a scheduled prune that takes volumes is found, and one that only looks like it is not', () => {
  const cases: Array<[line: string, is: string[]]> = [
    ['0 3 * * * root docker system prune -af --volumes', ['takes-volumes-before-23']],
    ['docker volume prune -f', ['takes-volumes-before-23']],
    ['docker volume prune -fa', ['takes-volumes']],
    ['docker volume prune -f --filter all=true', ['takes-volumes']],
    ['docker volume prune --force --filter label=a', ['takes-volumes-before-23']],
    ['/usr/bin/docker -H unix:///run/docker.sock volume prune --all --force', ['takes-volumes']],
    ['ExecStart=/usr/bin/docker system prune --force --volumes', ['takes-volumes-before-23']],
    ['docker system prune -af', ['harmless']],
    ['docker system prune -af && echo --volumes', ['harmless']],
    ['docker image prune -af', []],
    ['# docker volume prune -f', []],
    ['docker system prune -f --volumes --filter until=24h', ['fails']],
    ['docker system prune -f --volumes --filter "until=24h"', ['fails']],
  ]
  for (const [line, is] of cases) assert.deepEqual(judged(line), is, line)
})

test('a job is told with its file and line', () => {
  const [job] = pruneJobsIn(new Map([['/etc/cron.d/tidy', '# nightly\n0 3 * * * root docker volume prune -f > /dev/null\n']]))
  assert.deepEqual(job!.place, { file: '/etc/cron.d/tidy', line: 2, column: 16 })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderFindings } from './doctor.ts'

test('findings fit into 80 columns, the mend hangs below; only a long word sticks out', () => {
  const text = renderFindings([
    { about: 'settings', state: 'good', says: '/etc/cc-ci/settings.yml' },
    { about: 'certificate', state: 'trouble', says: 'the proxy shows none for *.ci.example.org: it is signed by TRAEFIK DEFAULT CERT, which nobody knows', mend: "see the proxy's log; where an authority of your own signed it, name that under proxy: ca: in the settings" },
    { about: 'disk', state: 'note', says: `x ${'y'.repeat(90)}` },
  ])
  assert.equal(text, [
    '✓ settings       /etc/cc-ci/settings.yml',
    '✗ certificate    the proxy shows none for *.ci.example.org: it is signed by',
    '                 TRAEFIK DEFAULT CERT, which nobody knows',
    "                 mend: see the proxy's log; where an authority of your own",
    '                       signed it, name that under proxy: ca: in the settings',
    '· disk           x',
    `                 ${'y'.repeat(90)}`,
  ].join('\n'))
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { linesToShow, tellingLine } from './last-lines.ts'

const NODE_CRASH = [
  'file:///app/app.mjs:9', '}{', '^', '', "SyntaxError: Unexpected token '}'",
  'at compileSourceTextModule (node:internal/modules/esm/utils:319:16)', 'at #translate (node:internal/modules/esm/loader:438:20)', 'at afterLoad (node:internal/modules/esm/loader:506:29)',
  'at ModuleLoader.loadAndTranslate (node:internal/modules/esm/loader:511:12)', 'at node:internal/modules/esm/loader:636:32', 'at TracingChannel.tracePromise (node:diagnostics_channel:362:14)',
  '', 'Node.js v24.21.0',
]

const CASES: Array<{ that: string; lines: string[]; told: string | undefined; isLast?: boolean }> = [
  { that: 'nothing was written', lines: ['', '  '], told: undefined },
  { that: 'nothing speaks of an error: the last line', lines: ['starting', 'listening on 80', ''], told: 'listening on 80', isLast: true },
  { that: 'a crash of Node: not its footer, and no frame of the stack', lines: NODE_CRASH, told: "SyntaxError: Unexpected token '}'", isLast: false },
  { that: 'the same beside other services', lines: ['db: ready', ...NODE_CRASH.filter(Boolean).map((line) => `web: ${line}`)], told: "web: SyntaxError: Unexpected token '}'", isLast: false },
  { that: 'a frame that speaks of an error', lines: ['Oops: x', 'at Error.captureStackTrace (/app/a.js:1:2)'], told: 'Oops: x', isLast: false },
  { that: 'a traceback of Python ends with it', lines: ['Traceback (most recent call last):', 'File "a.py", line 3', 'ValueError: bad'], told: 'ValueError: bad', isLast: true },
  { that: 'a panic of Go, its goroutines below', lines: ['panic: no such table', 'goroutine 1 [running]:', 'main.main()'], told: 'panic: no such table', isLast: false },
  { that: 'the last of several', lines: ['ERROR: one', 'ERROR: two', 'bye'], told: 'ERROR: two', isLast: false },
  { that: 'no errors are none', lines: ['cannot open the door', 'checked, 0 errors'], told: 'checked, 0 errors', isLast: true },
  { that: 'nothing but a footer', lines: ['Node.js v24.21.0'], told: 'Node.js v24.21.0', isLast: true },
]

for (const { that, lines, told, isLast } of CASES) {
  test(`the line that tells most: ${that}`, () => {
    assert.deepEqual(tellingLine(lines), told === undefined ? undefined : { line: told, isLast })
  })
}

test('what is shown are the last lines, without blank ones', () => {
  assert.deepEqual(linesToShow(['1', '2', '3', '', '4', '5', '6', '7', '8', '9', '10']), ['3', '4', '5', '6', '7', '8', '9', '10'])
  assert.deepEqual(linesToShow(['ERROR: x', '', 'bye']), ['ERROR: x', 'bye'])
  assert.deepEqual(linesToShow([]), [])
})

test('the line that tells most is always among those shown, with what stands above it', () => {
  assert.deepEqual(linesToShow([...NODE_CRASH, ...NODE_CRASH]), [...NODE_CRASH.slice(0, 3), ...NODE_CRASH.slice(4, 9)])
})

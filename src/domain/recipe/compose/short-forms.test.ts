import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bytesOf } from './byte-size.ts'
import { parseDuration, printDuration } from './duration.ts'
import { asFloat32, printed, printedDate } from './go-print.ts'
import { parseMountSpec } from './mount-spec.ts'
import { parsePortSpec, portsOfSpec } from './port-spec.ts'
import { shellWords } from './shell-words.ts'

function table<Given, Then>(name: string, read: (given: Given) => Then, cases: Array<[given: Given, then: Then]>): void {
  describe(name, () => {
    for (const [given, then] of cases) test(JSON.stringify(given), () => assert.deepEqual(read(given), then))
  })
}

table('durations', (text: string) => { const value = parseDuration(text); return value === undefined ? undefined : printDuration(value) }, [
  ['10s', '10s'], ['90s', '1m30s'], ['1.5h', '1h30m0s'], ['0', '0s'], ['0s', '0s'], ['1h0m5s', '1h0m5s'], ['100ms', '100ms'], ['1500ms', '1.5s'], ['1us', '1µs'], ['1µs', '1µs'],
  ['-5s', '-5s'], ['.5s', '500ms'], ['1.000001s', '1.000001s'], ['2562047h', '2562047h0m0s'], ['2562048h', undefined], ['10', undefined], ['soon', undefined], ['', undefined], ['1 s', undefined], ['.s', undefined],
])

table('sizes', bytesOf, [
  ['100', '100'], ['64m', '67108864'], ['1.5GiB', '1610612736'], ['10kb', '10240'], ['1 g', '1073741824'], ['1b', '1'], ['1e3', '1000'], ['0', '0'], ['', undefined], ['g', undefined], ['1x', undefined], ['-1', undefined], ['1gbb', undefined],
])

table('words', shellWords, [
  ['run', ['run']], ['a  b\tc\nd', ['a', 'b', 'c', 'd']], ['sh -c "echo $HOME"', ['sh', '-c', 'echo $HOME']], ["a 'b c' d\\ e", ['a', 'b c', 'd e']], ['', []], ['x # comment', ['x']], ['x#y', ['x#y']],
  ['"" y', ['', 'y']], ['a"b"c', ['abc']], ['"a\\"b"', ['a"b']], ["'a\\b'", ['a\\b']], ['"open', { broken: 'the quote " is never closed' }], ['end\\', { broken: 'it ends in a backslash' }],
])

table('ports', (text: string) => { const spec = parsePortSpec(text); return typeof spec === 'string' ? spec : portsOfSpec(spec) }, [
  ['80', [{ protocol: 'tcp', target: 80, mode: 'ingress' }]],
  ['8080:80/udp', [{ protocol: 'udp', target: 80, published: 8080, mode: 'ingress' }]],
  ['127.0.0.1:81:80', [{ protocol: 'tcp', target: 80, published: 81, mode: 'ingress' }]],
  ['[::1]:81:80', [{ protocol: 'tcp', target: 80, published: 81, mode: 'ingress' }]],
  ['8000-8001:9-10', [{ protocol: 'tcp', target: 10, published: 8001, mode: 'ingress' }, { protocol: 'tcp', target: 9, published: 8000, mode: 'ingress' }]],
  ['8000-8001:80', [{ protocol: 'tcp', target: 80, published: 8000, mode: 'ingress' }, { protocol: 'tcp', target: 80, published: 8001, mode: 'ingress' }]],
  ['80:', 'there is no port'],
  ['1-2:3-5', 'the two ranges have different lengths'],
  ['70000', '`70000` is no port or range below 65536'],
  ['80/icmp', '`icmp` is no protocol'],
  ['host:1:2', '`host` is no address'],
])

table('mounts', parseMountSpec, [
  ['data:/data', { type: 'volume', source: 'data', target: '/data' }],
  ['/srv:/srv:ro', { type: 'bind', source: '/srv', target: '/srv', read_only: true }],
  ['./x:/x:rw', { type: 'bind', source: './x', target: '/x' }],
  ['/anonymous', { type: 'volume', target: '/anonymous' }],
  ['data:/data:nocopy', { type: 'volume', source: 'data', target: '/data', volume: { nocopy: true } }],
  ['/a:/b:rshared,ro', { type: 'bind', source: '/a', target: '/b', bind: { propagation: 'rshared' }, read_only: true }],
  ['C:\\w:/w', { type: 'bind', source: 'C:\\w', target: '/w' }],
  ['\\\\.\\pipe\\docker_engine:/x', { type: 'bind', source: '\\\\.\\pipe\\docker_engine', target: '/x' }],
  ['ab:/b:ro:x', 'it has too many colons'],
  ['data::/x', 'there is nothing between two colons'],
  ['', 'it is empty'],
])

table('what Go prints', printed, [
  [1, '1'], [1.1, '1.1'], [1e-7, '1e-07'], [0.0001, '0.0001'], [0.00005, '5e-05'], [1e20, '100000000000000000000'], [1e21, '1e+21'], [true, 'true'], [null, ''], ['text', 'text'],
])

test('a number beyond 53 bits prints as it was written', () => assert.equal(printed(12345678901234567890n), '12345678901234567890'))

table('dates', printedDate, [
  ['2024-01-31', '2024-01-31 00:00:00 +0000 UTC'], ['2024-1-2 3:04:05', '2024-01-02 03:04:05 +0000 UTC'], ['2024-01-02T03:04:05.500Z', '2024-01-02 03:04:05.5 +0000 UTC'],
  ['2024-01-02T03:04:05+02:00', '2024-01-02 03:04:05 +0200 +0200'], ['2024-02-30', '2024-02-30'], ['2024-13-01', '2024-13-01'], ['text', 'text'],
])

table('32 bit fractions', asFloat32, [[0.3, 0.3], [0.123456789, 0.12345679], [1, 1]])

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPrivateWay, parseHttpAddress } from './http-address.ts'

const cases: Array<[text: string, login: string | undefined, isPrivate?: boolean]> = [
  ['https://hooks.example.org/x', ':', true],
  ['https://me:p%25%40ss@hooks.example.org/', 'me:p%@ss', true],
  ['https://u:100%@host/', undefined],
  ['https://%ff:p@host/', undefined],
  ['http://hooks.example.org/x', ':', false],
  ['http://localhost@hooks.example.org/', 'localhost:', false],
  ['http://127.0.0.1.example.org/', ':', false],
  ['http://127.0.0.1:8080/x', ':', true],
  ['http://localhost/', ':', true],
  ['http://[::1]:80/', ':', true],
  ['http://a:99999/', undefined],
  ['ftp://host/', undefined],
  ['hooks.example.org/x', undefined],
  ['https://one two/', undefined],
]

for (const [text, login, isPrivate] of cases) {
  test(text, () => {
    const address = parseHttpAddress(text)
    assert.deepEqual([address && `${address.username}:${address.password}`, address && isPrivateWay(address)], [login, isPrivate])
  })
}

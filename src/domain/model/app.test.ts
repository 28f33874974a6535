import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needDomain, needVariable } from './app.ts'

test('the app of a needed recipe has a name of its own beside the tested one, which is no run\'s', () => {
  for (const [domain, need, expected] of [
    ['wiki-1a2b3c.ci.example.org', 'keycloak', 'keycloak-n1a2b3c.ci.example.org'],
    ['mail-1a2b3c.ci.example.org', 'mail', 'mail-n1a2b3c.ci.example.org'],
    ['wiki-1a2b3c.ci.example.org', 'Next.Cloud_office', 'nextclou-n1a2b3c.ci.example.org'],
    ['wiki-1a2b3c.localhost', '漢', 'app-n1a2b3c.localhost'],
    // What a needed one needs is the same app as the one that the tested recipe needs.
    ['keycloak-n1a2b3c.ci.example.org', 'ldap', 'ldap-n1a2b3c.ci.example.org'],
    ['wiki.example.com', 'keycloak', 'keycloak-nwiki.example.com'],
  ] as const) {
    assert.equal(needDomain(domain, need), expected)
  }
})

test('its variables are named after it', () => {
  assert.deepEqual(['keycloak', 'next.cloud-2'].map(needVariable), ['CCCI_NEED_KEYCLOAK', 'CCCI_NEED_NEXT_CLOUD_2'])
})

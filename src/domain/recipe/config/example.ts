import type { WrittenConfig } from './definition.ts'

/** A `cc-ci.yml` that says everything that can be said: the values of the commented example. A test holds it against the definition. */
export const example: WrittenConfig = {
  ready: { path: '/health', status: [200], contains: '"status":"ok"', http: true },
  data: [
    {
      name: 'a note',
      write: { do: 'http', method: 'POST', path: '/api/notes', headers: { 'content-type': 'application/json' }, body: '{"text": "{{marker}}"}', expect: { status: [201], contains: '{{marker}}' } },
      read: { do: 'http', method: 'GET', path: '/api/notes', expect: { status: [200], contains: '{{marker}}' } },
    },
    {
      name: 'a user made on the command line',
      write: { do: 'exec', service: 'app', argv: ['app-admin', 'user', 'add', '{{marker}}'], env: { APP_QUIET: '1' }, expect: { contains: 'added' } },
      read: { do: 'exec', service: 'app', argv: ['app-admin', 'user', 'list'], expect: { contains: '{{marker}}' } },
    },
  ],
  notApplicable: { restore: 'the app keeps nothing that a restore could bring back' },
  notBackedUp: { cache: 'thumbnails, made again on demand' },
  limits: { ready: '5m', upgrade: '15m', run: '1h' },
  env: { COMPOSE_FILE: '$COMPOSE_FILE:compose.smtp.yml', SMTP_HOST: 'mail.$DOMAIN', LOGIN_URL: 'https://$CCCI_NEED_KEYCLOAK_HOST/realms/master' },
  secrets: { smtp_password: { fromSettings: 'smtp-password' } },
  needs: ['keycloak'],
  setup: [{ do: 'exec', argv: ['app-admin', 'init', '--demo'] }],
  checks: [
    { name: 'a visitor signs up', run: 'tests/sign-up.sh', args: ['--fast'], image: 'alpine:3.22', timeout: '90s' },
    { name: 'the front page is served', http: { path: '/', expect: { contains: '<title>' } }, timeout: '10s' },
  ],
}

import { isPrivateWay, isThisHost, parseHttpAddress } from '../lib/http-address.ts'
import { toJsonSchema, z } from '../lib/schema.ts'
import { mayBeShared } from '../domain/plan/subnets.ts'

const MINUTE = 60_000
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/
/** An IPv4 address, or an IPv6 one in brackets. */
const LISTEN = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]):\d{1,5}$/

const SHORT_NAME = /^[a-z0-9][a-z0-9-]{0,30}$/
/** What is secret stands in files, and an address with a user name in it would be one. */
const PLAIN_URL = /^https?:\/\/[^/@\s?#]+(\/[^@\s?#]*)?$/
/** What goes into an environment. */
const ONE_LINE = /^[^\x00-\x08\x0a-\x1f\x7f]*$/
const ADDRESS = /^[^\s@<>]+@[^\s@<>]+$/

/** `90s`, `5m`, `1h`, or seconds as a plain number; ms. */
const duration = z
  .union([z.number().nonnegative(), z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'a duration such as 90s, 5m or 1h')])
  .transform((value) => {
    if (typeof value === 'number') return value * 1_000
    const [, amount, unit] = /^([\d.]+)(ms|s|m|h)$/.exec(value)!
    return Number(amount) * { ms: 1, s: 1_000, m: MINUTE, h: 60 * MINUTE }[unit as 'ms' | 's' | 'm' | 'h']
  })
  .refine((ms) => ms > 0, 'it must be longer than nothing')

/** `20GB`, `500MB`: as Docker and disks count them, by thousands; bytes. */
const size = z
  .string()
  .regex(/^\d+(\.\d+)?\s?[KMGT]B$/, 'a size such as 20GB or 500MB')
  .transform((text) => {
    const [, amount, unit] = /^([\d.]+)\s?([KMGT])B$/.exec(text)!
    return Math.round(Number(amount) * { K: 1e3, M: 1e6, G: 1e9, T: 1e12 }[unit as 'K' | 'M' | 'G' | 'T'])
  })

/** Where a token or a topic is sent to. */
function secretsGoTo(example: string) {
  return z
    .string()
    .regex(PLAIN_URL, `an address such as ${example}`)
    .refine((text) => {
      const address = parseHttpAddress(text)
      return !address || isPrivateWay(address)
    }, 'what is secret leaves this host encrypted or not at all; the address begins with https://')
}

/** The one definition of `settings.yml`: types, checks, JSON Schema and example come from it. */
export const settingsDefinition = z.strictObject({
  domain: z.string().regex(DOMAIN, 'a domain such as ci.example.org').optional().describe('The domain below which test apps get their names; *.that must lead to this host.'),
  proxy: z
    .strictObject({
      address: z.string().default('127.0.0.1').describe('Where the proxy listens, as seen from here.'),
      port: z.int().min(1).max(65_535).default(443).describe('Its HTTPS port.'),
      ca: z.string().optional().describe('PEM file of the authority that signed its certificate, where the system does not know it.'),
      network: z.string().default('proxy').describe('The overlay network that apps and proxy share.'),
      subnet: z.string().default('10.10.0.0/16').refine(mayBeShared, 'a private IPv4 range between a /8 and a /28, by its first address, such as 10.10.0.0/16').describe('The range from which they get their addresses in it, where cc-ci makes that network.'),
    })
    .prefault({})
    .describe('The Traefik in front of the apps.'),
  docker: z
    .strictObject({
      host: z.string().optional().describe('The engine: unix:///var/run/docker.sock, unless DOCKER_HOST says something else.'),
      client: z.string().default('docker').describe('The Docker client to deploy with.'),
    })
    .prefault({})
    .describe('The Swarm to deploy to.'),
  registries: z
    .array(z.strictObject({ host: z.string(), username: z.string(), password_file: z.string() }))
    .default([])
    .describe('Registries that want a password; it is read from a file.'),
  allow: z.record(z.string(), z.array(z.string())).default({}).describe('What a recipe may do although it reaches beyond its stack; recipe check names the words.'),
  secrets: z.record(z.string(), z.strictObject({ file: z.string(), recipes: z.array(z.string()).min(1, 'at least one recipe') })).default({}).describe('Values for secrets that may not be generated, each in a file; a recipe refers to them by name. recipes: only these may have it, since a pull request can ask for any name.'),
  recipes: z.record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,60}$/, 'the name of a recipe, such as keycloak'), z.string().min(1)).default({}).describe('Where recipes are that others need, by the names that stand under needs in their cc-ci.yml: a folder or a git URL each.'),
  platform: z
    .record(
      z.string().regex(SHORT_NAME, 'a short name of small letters, digits and hyphens, such as traefik'),
      z.strictObject({
        recipe: z.string().min(1),
        domain: z.string().regex(DOMAIN, 'a domain such as traefik.example.org'),
        stateless: z.boolean().default(false),
        env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _ make the name of a variable'), z.string().regex(ONE_LINE, 'one line of text, without control characters')).default({}),
        gate: z
          .strictObject({
            host: z.string().regex(DOMAIN, 'a domain such as traefik.example.org').optional(),
            path: z.string().startsWith('/').default('/'),
            status: z.array(z.int().min(100).max(599)).default([]),
            contains: z.string().min(1).optional(),
            passes: z.int().min(1).max(1_000).default(5),
            dwell: duration.prefault('10s'),
            routes: z.boolean().default(false),
            certificate_days: z.int().min(0).default(14),
          })
          .prefault({}),
        limits: z
          .strictObject({ deploy: duration.prefault('5m'), rollback: duration.prefault('6m'), start: duration.prefault('15m') })
          .prefault({}),
        cooling_off: duration.optional(),
        after: z.array(z.string()).optional(),
        optional: z.boolean().default(false),
      }),
    )
    .default({})
    .describe('Apps that cc-ci itself keeps up to date, each behind a gate that rolls back. limits: deploy, gate and rollback have to fit into start, the start time-out of its unit. after: apps above it that have to be up before it begins; without it, the one above it. optional: a host without it is up all the same.'),
  server: z
    .strictObject({
      listen: z.string().regex(LISTEN, 'an address and a port such as 127.0.0.1:8484').default('127.0.0.1:8484').describe('Where it listens. With a domain it is an address that the proxy reaches, such as that of the bridge docker_gwbridge: docker network inspect docker_gwbridge.'),
      domain: z.string().regex(DOMAIN, 'a domain such as ci.example.org').optional().describe('Under which the proxy leads to it.'),
      after: z.array(z.string()).optional().describe('Apps that it begins after; without it, all of them. An app may have server in its own after, where this leaves it and all below it out.'),
    })
    .optional()
    .describe('Serves health, alerts and the reports of runs, read-only. Without this section there is none.'),
  alerts: z
    .record(
      z.string().regex(SHORT_NAME, 'a short name of small letters, digits and hyphens, such as mail'),
      z
        .strictObject({
          webhook: z.strictObject({ url_file: z.string().min(1) }).optional(),
          ntfy: z.strictObject({ url: secretsGoTo('https://ntfy.example.org'), topic_file: z.string().min(1), token_file: z.string().min(1).optional() }).optional(),
          smtp: z
            .strictObject({
              host: z.string().min(1),
              port: z.int().min(1).max(65_535).optional(),
              security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
              username: z.string().min(1).optional(),
              password_file: z.string().min(1).optional(),
              ca: z.string().min(1).optional(),
              from: z.string().regex(ADDRESS, 'a mail address such as cc-ci@example.org'),
              to: z.string().regex(ADDRESS, 'a mail address such as ops@example.org'),
            })
            .refine(({ username, password_file }) => (username === undefined) === (password_file === undefined), 'username and password_file go together')
            .refine(({ security, username, host }) => security !== 'none' || username === undefined || isThisHost(host), 'a password leaves this host encrypted or not at all; security is starttls or tls')
            .optional(),
          matrix: z.strictObject({ url: secretsGoTo('https://matrix.example.org'), room: z.string().regex(/^[!]\S+$/, "a room's id such as !abc:example.org"), token_file: z.string().min(1) }).optional(),
        })
        .refine((channel) => Object.keys(channel).length === 1, 'a channel is exactly one of webhook, ntfy, smtp and matrix')
        .meta({ minProperties: 1, maxProperties: 1 }),
    )
    .default({})
    .describe('Where alerts are told, each channel with a name. What is secret (addresses of webhooks, topics, tokens, passwords) stands in files.'),
  images: z
    .strictObject({
      checks: z.string().default('node:24-bookworm-slim').describe("Image in which a recipe's own programs run, unless it names another."),
      restic: z.string().default('restic/restic:0.14.0').describe('Image with restic in it.'),
      host: z.string().min(1).optional().describe('A Debian with systemd and Docker in it, for boot prove; without it, one is built.'),
    })
    .prefault({})
    .describe('Images of our own programs, by their Docker Hub names.'),
  prune: z
    .strictObject({
      images: size.prefault('20GB').describe('For all images that cc-ci fetched; the least recently used go first. What is in use, or gone back to, stays.'),
      runs: z.int().min(1).default(200).describe('So many runs keep their evidence; what they found stays on record for ever.'),
      days: z.int().min(1).default(90).describe('And for so many days.'),
      clones_days: z.int().min(1).default(30).describe("Clones of recipes' repositories that nobody opened for so long."),
    })
    .prefault({})
    .describe('What cc-ci prune leaves on the disk. It never removes a volume, nor what cc-ci did not bring.'),
  limits: z
    .strictObject({
      run: duration.prefault('60m').describe('A whole run.'),
      tier: duration.prefault('20m').describe('One tier.'),
      ready: duration.prefault('5m').describe('From deploy to ready, unless the recipe says more.'),
      teardown: duration.prefault('5m').describe('Removing an app and seeing that it is gone.'),
    })
    .prefault({})
    .describe('Longest times: 90s, 5m, 1h, or seconds as a plain number.'),
})

export type WrittenSettings = z.output<typeof settingsDefinition>

export function settingsJsonSchema(): Record<string, unknown> {
  return toJsonSchema(settingsDefinition, { title: 'cc-ci settings', description: 'settings.yml of a cc-ci host' })
}

/**
 * Every setting with its meaning and default, commented out. `#` with one space after it begins a remark; a line of settings begins with `#`
 * and loses it to count, so that the whole is a correct file before and after.
 */
export function settingsExampleText(): string {
  const lines = ['# Settings of this cc-ci host. Everything is optional; what stands here are the defaults or examples.', '# To set one, take the # away before its line and before the line of its section.', '']
  const schema = settingsJsonSchema() as { properties: Record<string, Node> }
  for (const [key, node] of Object.entries(schema.properties)) lines.push(...linesFor(key, node), '')
  return lines.join('\n').trimEnd()
}

interface Node {
  description?: string
  default?: unknown
  properties?: Record<string, Node>
}

/** By the whole path where a key means several things. */
const SAMPLES: Record<string, string> = {
  domain: 'ci.example.org',
  listen: '172.18.0.1:8484',
  ca: '/etc/cc-ci/ca.pem',
  'docker.host': 'unix:///var/run/docker.sock',
  'server.after': '[]',
  'images.host': 'registry.example.org/debian-with-systemd-and-docker:12',
  registries: '[{ host: registry.example.org, username: ci, password_file: /etc/cc-ci/registry-password }]',
  allow: '{ media-server: ["device:/dev/dri"] }',
  platform: '{ traefik: { recipe: "https://git.example.org/recipes/traefik.git", domain: traefik.example.org, stateless: true, gate: { path: /api/version, contains: "{{version}}", routes: true } } }',
  recipes: '{ keycloak: "https://git.example.org/recipes/keycloak.git" }',
  alerts: '{ mail: { smtp: { host: mail.example.org, username: ci, password_file: /etc/cc-ci/mail-password, from: ci@example.org, to: ops@example.org } } }',
  secrets: '{ smtp-password: { file: /etc/cc-ci/smtp-password, recipes: [notes] } }',
}

function linesFor(path: string, node: Node, indent = ''): string[] {
  const key = path.slice(path.lastIndexOf('.') + 1)
  const says = node.description ? [indent === '' ? `# ${node.description}` : `#${indent}# ${node.description}`] : []
  if (node.properties) return [...says, `#${indent}${key}:`, ...Object.entries(node.properties).flatMap(([inner, child]) => linesFor(`${path}.${inner}`, child, `${indent}  `))]
  return [...says, `#${indent}${key}: ${SAMPLES[path] ?? SAMPLES[key] ?? node.default ?? ''}`]
}

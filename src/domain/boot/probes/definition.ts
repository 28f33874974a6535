import { z } from '../../../lib/schema.ts'
import { milliseconds } from '../../recipe/config/milliseconds.ts'

/** `90s`, `5m`, or seconds as a plain number; ms. */
const duration = z.union([z.number(), z.string()]).transform((value, context) => {
  const ms = milliseconds(value)
  if (ms !== undefined) return ms
  context.addIssue({ code: 'custom', message: 'a duration such as 90s, 5m or 1h' })
  return z.NEVER
})
const unit = z.string().min(1)
const oneOrMore = z.union([z.string().min(1).transform((one) => [one]), z.array(z.string().min(1))])
/** What is written in another way would be nobody's address, and whoever asks there would be taken to ask itself. */
const listening = z.string().refine((text) => /^(?:[\w.-]+|\[[\da-f:.]+\])?:\d{1,5}$/i.test(text) && Number(/\d+$/.exec(text)) <= 65_535, { error: 'an address such as 127.0.0.1:8080, or :8080 for all of them' })

/**
 * The one definition of a probes file: what a folder of units does not say by itself. Gates, and what answers them. With `after` and its like it describes a
 * whole boot without any other file.
 */
export const probesDefinition = z.strictObject({
  units: z
    .record(
      unit,
      z.strictObject({
        after: z.array(unit).default([]),
        before: z.array(unit).default([]),
        requires: z.array(unit).default([]).describe('Brings them. It does not order: write after, too.'),
        wants: z.array(unit).default([]),
        optional: z.array(unit).default([]).describe('After them, where they exist.'),
        starts: z.enum(['boot', 'later', 'never']).optional(),
        gate: z
          .union([
            oneOrMore.transform((urls) => ({ url: urls, up: [] as string[], redirects: 'follow' as const, deploy: undefined, dwell: undefined, rollback: undefined })),
            z.strictObject({
              url: oneOrMore.default([]),
              up: z.array(unit).default([]).describe('Units that have to be up.'),
              redirects: z.enum(['follow', 'answer']).default('follow').describe('A redirect is followed, or is itself the answer.'),
              deploy: duration.optional(),
              dwell: duration.optional(),
              rollback: duration.optional(),
            }),
          ])
          .optional()
          .describe('What has to answer before the unit counts as up.'),
        start_limit: duration.optional().describe('What its supervisor gives it; with systemd TimeoutStartSec= says it.'),
        own: z.string().min(1).optional().describe('A URL at which it says itself that it is well.'),
        listens: oneOrMore.pipe(z.array(listening)).default([]).describe('127.0.0.1:8080, :8080'),
        images: oneOrMore.default([]),
        networks: oneOrMore.default([]),
        http_proxy: z.string().min(1).optional(),
        no_proxy: z.array(z.string()).default([]),
        took: duration.optional().describe('How long its start took, as recorded.'),
      }),
    )
    .default({}),
  proxy: unit.optional().describe('The unit through which routers are reached, unless one says otherwise.'),
  routers: z
    .record(
      z.string(),
      z.strictObject({
        rule: z.string().min(1).optional(),
        host: z.string().min(1).optional().describe('Short for a rule that names one host.'),
        proxy: unit.nullable().optional(),
        service: unit.nullable().optional().describe('The unit that answers; null: the proxy itself.'),
        defined_by: unit.nullable().optional().describe('The proxy knows the router only while that unit runs (labels). Without it: the service. null: always (a file).'),
        middlewares: z.array(z.string()).default([]),
        certificate: unit.optional().describe('The unit that gives the certificate.'),
        priority: z.number().optional(),
      }),
    )
    .default({}),
  middlewares: z
    .record(z.string(), z.union([z.strictObject({ forward_auth: z.string().min(1) }), z.strictObject({ redirect: z.string().min(1).describe('Where to: a URL, a path, or https: for the same under another scheme.') })]))
    .default({}),
  names: z.record(z.string(), unit).default({}).describe('Names that resolve only while that unit is up; *.example.org for all below.'),
  networks: z.record(z.string(), unit).default({}).describe('Who makes a network.'),
  external: z.array(z.string()).default([]).describe('Hosts that are served elsewhere; *.example.org for all below.'),
})

export type WrittenProbes = z.output<typeof probesDefinition>

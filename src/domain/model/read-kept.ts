import { fit, type Schema, z } from '../../lib/schema.ts'
import type { KeptVersion } from './platform.ts'
import { parsed } from './read-journal.ts'

/** What is looked into. All else of a stack goes to the engine as it is. */
const fileObject = z.looseObject({ name: z.string().optional(), external: z.boolean().optional(), file: z.string().optional() })
const granted = z.array(z.looseObject({ source: z.string() })).optional()
const labels = z.record(z.string(), z.string()).optional()
const service = z.looseObject({
  image: z.string(),
  environment: z.record(z.string(), z.string().nullable()).optional(),
  labels,
  networks: z.record(z.string(), z.looseObject({ aliases: z.array(z.string()).optional() }).nullable()).optional(),
  ports: z.array(z.looseObject({ target: z.number(), published: z.number().optional() })).optional(),
  volumes: z.array(z.looseObject({ type: z.string(), source: z.string().optional(), target: z.string() })).optional(),
  secrets: granted, configs: granted,
  deploy: z.looseObject({ mode: z.string().optional(), replicas: z.number().optional(), labels, update_config: z.record(z.string(), z.unknown()).optional() }).optional(),
})
const kept = z.looseObject({
  schema: z.literal(1), version: z.string(), commit: z.string(), config: z.string().optional(),
  stack: z.looseObject({
    services: z.record(z.string(), service),
    networks: z.record(z.string(), z.looseObject({ name: z.string().optional(), external: z.boolean().optional() })),
    volumes: z.record(z.string(), z.looseObject({ name: z.string().optional(), external: z.boolean().optional(), driver_opts: z.record(z.string(), z.string()).optional() })),
    secrets: z.record(z.string(), fileObject), configs: z.record(z.string(), fileObject),
  }),
  routers: z.array(z.looseObject({ service: z.string(), router: z.string(), protocol: z.enum(['http', 'tcp', 'udp']), rule: z.string(), hosts: z.array(z.string()) })),
  images: z.array(z.string()),
  secrets: z.array(z.looseObject({ key: z.string(), name: z.string(), generate: z.boolean(), length: z.number().optional(), charset: z.string().optional(), fromSettings: z.string().optional() })),
})

/** A version as it was kept; undefined where the text is not what we wrote. Then it is as if it had not been: it can be read from its recipe again. */
export function readKept(text: string): KeptVersion | undefined {
  const fitted = fit(kept as unknown as Schema<KeptVersion>, parsed(text))
  return 'value' in fitted ? fitted.value : undefined
}

import { type Schema, z } from '../../../lib/schema.ts'
import { TIERS } from '../../model/run.ts'
import type { RecipeConfig } from '../../model/recipe-config.ts'
import { milliseconds } from './milliseconds.ts'

/**
 * The one definition of a recipe's `cc-ci.yml`: what may be written, what it means and what it becomes. The checks, the JSON Schema and the
 * commented example are made from it; its result is the model's {@link RecipeConfig}, or this file does not compile.
 */

const duration = z
  .union([z.number(), z.string()], { error: 'expected a time such as 90s or 5m' })
  .transform((value, context) => {
    const ms = milliseconds(value)
    if (ms !== undefined) return ms
    context.addIssue('expected a time such as 90s or 5m, more than nothing')
    return z.NEVER
  })

const text = z.string().min(1, 'it is empty')
const reason = z.string().regex(/\S.{7,}/s, 'say why in a few words')
const urlPath = z.string().regex(/^\/[^\s]*$/, 'expected a path that begins with / and has no blanks')
const recipePath = z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0]+$/, 'expected a path inside the recipe')
const name = z.string().regex(/^\S(.{0,98}\S)?$/, 'a name has 1 to 100 characters')
const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _ make the name of a variable')
const scalarText = z.union([z.string(), z.number(), z.boolean()], { error: 'expected text; put it in quotes' }).transform(String)
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]+$/, 'letters, digits and - make the name of a header')
  .regex(/^(?!(?:connection|content-length|trailer|transfer-encoding|upgrade)$)/i, 'cc-ci sees to the connection itself')
const headerValue = z
  .union([z.string().regex(/^[\t\x20-\x7e\xa0-\xff]*$/, 'expected one line of Latin letters and signs; a header carries no others, such as — or an emoji'), z.number(), z.boolean()], { error: 'expected text; put it in quotes' })
  .transform(String)
const status = z.int('expected an HTTP status such as 200').min(100, 'expected an HTTP status such as 200').max(599, 'expected an HTTP status such as 200')
const statusList = z.array(status).min(1, 'name at least one status')
const env = z.record(variableName, scalarText)

const exec = z.strictObject({
  do: z.literal('exec').describe('A command inside a container that runs.'),
  service: text.default('app').describe('The service whose container it is.'),
  argv: z.tuple([text], z.string(), { error: 'expected a list of words, the program first' }).describe('The program and its arguments. No shell takes part unless you name one.'),
  env: env.default({}).describe('Added to the environment of the command.'),
  expect: z.strictObject({ contains: text.optional().describe('Must stand in what it prints.') }).prefault({}).describe('The exit code must be 0, and:'),
})

const httpFields = {
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], { error: 'expected a method such as GET or POST, in capitals' }).default('GET'),
  path: urlPath,
  headers: z.record(headerName, headerValue).default({}),
  body: z.string().optional(),
  expect: z
    .strictObject({
      status: statusList.default([200, 201, 202, 204]).describe('Any of these.'),
      contains: text.optional().describe('Must stand in the body.'),
    })
    .prefault({}),
}

const http = z.strictObject({ do: z.literal('http').describe('A request to the app, through the proxy as a visitor would come. Redirects are answers, not followed.'), ...httpFields })

const action = z.discriminatedUnion('do', [exec, http], { error: 'expected `do: http` or `do: exec`' })

const check = z
  .strictObject({
    name: name.describe('What is proven, as a sentence; it stands in the report.'),
    run: recipePath.optional().describe('A program of the recipe, executable, in any language. Exit code 0: pass; 77: could not check; else: fail. docs/recipe/checks.md has its environment.'),
    args: z.array(z.string()).optional().describe('Its arguments.'),
    image: text.optional().describe("The image it runs in on Swarm; without it the host's own."),
    http: z.strictObject(httpFields).optional().describe('Instead of a program: one request.'),
    timeout: duration.prefault('60s').describe('The longest it may take.'),
  })
  .transform((written, context): RecipeConfig['checks'][number] => {
    const { name, run, args, image, http, timeout: timeoutMs } = written
    if ((run === undefined) === (http === undefined)) context.addIssue(run === undefined ? 'write `run:` with a program or `http:` with a request' : '`run` and `http` are two checks; make two entries')
    if (http !== undefined && (args !== undefined || image !== undefined)) context.addIssue('`args` and `image` belong to `run`')
    if (http) return { kind: 'http', name, request: { do: 'http', ...http }, timeoutMs }
    return { kind: 'program', name, run: run ?? '', args: args ?? [], ...(image ? { image } : {}), timeoutMs }
  })

const declarableTiers = TIERS.filter((tier) => tier !== 'install')

export const configDefinition = z.strictObject({
  ready: z
    .strictObject({
      path: urlPath.default('/').describe('The path that is asked until it answers as it should.'),
      status: z.array(status).default([]).describe('Any of these. Empty: every status below 400, and 401 and 403.'),
      contains: text.optional().describe("Must stand in the body: something that only your app says, so that no other page is taken for it."),
      http: z.boolean().default(true).describe('false: the app answers no HTTP; that its containers run and are healthy is all that is asked.'),
    })
    .prefault({})
    .describe('How we know that the app is up. Where a pull request asks for less than the version before it, that version\'s question is asked, too: not met, the upgrade is not proven.'),
  data: z
    .array(
      z.strictObject({
        name: name.describe('What it is, for the report.'),
        write: action.describe('Puts {{marker}} into the app. The marker is made anew for each run and each moment.'),
        read: action.describe('Must find the {{marker}} again.'),
      }),
    )
    .default([])
    .describe(
      'Data as people make it, written before the upgrade, the backup and the restore, and read back after them. Volumes and databases that we recognise get markers of their own without a word here; this is for the rest.',
    ),
  notApplicable: z
    .partialRecord(z.enum(declarableTiers, { error: `only ${declarableTiers.join(', ')} can be declared` }), reason)
    .default({})
    .describe('Tiers that make no sense for this recipe, each with its reason. A pull request that adds one here is believed once it is merged.'),
  notBackedUp: z.record(text, reason).default({}).describe('Volumes whose content can be lost, each with its reason; one without a name is called by its path in the container. Any other volume without backup labels is reported as a gap.'),
  limits: z
    .partialRecord(z.enum([...TIERS, 'run', 'ready'], { error: `expected one of ${[...TIERS, 'run', 'ready'].join(', ')}` }), duration)
    .default({})
    .describe("The longest a tier, the whole run, or getting ready may take, where the host's own limits do not fit."),
  env: env.default({}).describe('Set on top of .env.sample, as an operator would. $NAME is expanded, also to what the name was before: that is how an overlay is added to COMPOSE_FILE.'),
  secrets: z
    .record(text, z.strictObject({ fromSettings: text.describe("A name under `secrets` in the host's settings.") }))
    .default({})
    .describe('Values for secrets with generate=false. The value itself never stands here.'),
  needs: z.array(text).default([]).describe("Recipes that must run beside this one, by their names under `recipes` in the host's settings. Their newest releases are deployed first, in this order; docs/recipe/needs.md has what this recipe gets to know of them."),
  setup: z.array(action).default([]).describe('Done once, between ready and the first check.'),
  checks: z.array(check).default([]).describe("The recipe's own tests, run one after the other."),
})

/** The model and the definition say the same. */
export const config: Schema<RecipeConfig> = configDefinition

export type WrittenConfig = z.input<typeof configDefinition>

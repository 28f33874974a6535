import { wayTo, urlOf } from '../../../domain/plan/answer.ts'
import { needVariable, needVariables } from '../../../domain/model/app.ts'
import type { Check } from '../../../domain/model/recipe-config.ts'
import { linesTakenIn } from '../../app/last-lines.ts'
import { act } from '../actions.ts'
import { runningVersion, type RunContext } from '../context.ts'
import { assertStands } from '../ready.ts'
import { stop } from '../stopped.ts'
import type { Tier } from '../tier.ts'

/** What a check's program says when it could not check; an honest gap, never a pass (trap 27). */
const SKIPPED = 77

/** The recipe's own setup, then its own checks: each one is told, each one can fail. */
export async function custom(context: RunContext, tier: Tier): Promise<void> {
  const { config } = runningVersion(context).recipe
  for (const [index, action] of config.setup.entries()) {
    const name = `setup ${index + 1}: ${action.do === 'exec' ? action.argv.join(' ') : `${action.method} ${action.path}`}`
    await tier.step(name, {}, async () => {
      const done = await act(context, action, tier.signal)
      if (!done.ok) stop({ reason: 'check-failed', check: name, exitCode: done.exitCode, says: context.record.redact(done.got), lastLines: [] })
    })
  }
  for (const check of config.checks) await runCheck(context, tier, check)
  await assertStands(context)
}

async function runCheck(context: RunContext, tier: Tier, check: Check): Promise<void> {
  await tier.step(`check: ${check.name}`, { waitsFor: 'its verdict', limitMs: check.timeoutMs }, async (step) => {
    if (check.kind === 'http') return await askFor(context, tier, check)
    const result = await runProgram(context, check, tier.signal)
    const lines = `${result.stdout}${result.stderr}`.trimEnd().split('\n')
    await step.attach(`check-${check.name.replace(/[^\w-]+/g, '-').slice(0, 60)}.log`, `what the check "${check.name}" printed`, lines.join('\n'))
    const lastLines = linesTakenIn(lines.slice(-15), (text) => context.record.redact(text))
    if (result.timedOut || result.exitCode === null) stop({ reason: 'check-failed', check: check.name, exitCode: null, limitMs: check.timeoutMs, lastLines })
    if (result.exitCode === SKIPPED) stop({ reason: 'check-skipped', check: check.name, says: lastLines.at(-1) ?? '' })
    if (result.exitCode !== 0) stop({ reason: 'check-failed', check: check.name, exitCode: result.exitCode, lastLines })
  })
}

async function askFor(context: RunContext, tier: Tier, check: Extract<Check, { kind: 'http' }>): Promise<void> {
  const deadline = context.ports.clock.deadline(check.timeoutMs)
  try {
    const done = await act(context, check.request, AbortSignal.any([tier.signal, deadline.signal]))
    if (!done.ok) stop({ reason: 'check-failed', check: check.name, exitCode: null, says: context.record.redact(done.got), lastLines: [] })
  } finally {
    deadline.cancel()
  }
}

/**
 * The documented environment of a recipe's own programs: docs/recipe/checks.md. The job's own time limit ends a check, so that there is a
 * result with what it printed; a deadline of ours beside it would race it, and the host would get the blame.
 */
async function runProgram(context: RunContext, check: Extract<Check, { kind: 'program' }>, signal: AbortSignal) {
  const version = runningVersion(context)
  const way = wayOf(context)
  const secretFiles = secretFilesOf(context, '/cc-ci/secrets')
  const needs: Record<string, string> = {}
  for (const { name, context: need } of context.needs) {
    needs[`${needVariable(name)}_URL`] = addressOf(need)
    Object.assign(needs, needVariables(name, need.app.domain))
    Object.assign(secretFiles, secretFilesOf(need, `/cc-ci/secrets/${name}`, (key) => mayHave(context, need, key)))
  }
  const ca = context.reach.ca
  if (ca) secretFiles['/cc-ci/ca.pem'] = ca
  return context.ports.engine.runJob(context.app, {
    name: 'check',
    image: check.image ?? context.ports.host.checksImage,
    argv: [`/recipe/${check.run}`, ...check.args],
    env: {
      CCCI_URL: addressOf(context),
      CCCI_HOST: context.app.domain,
      CCCI_CONNECT: `${way.address}:${way.port}`,
      CCCI_STACK: context.app.stack,
      CCCI_RECIPE: version.recipe.name,
      CCCI_VERSION: version.release?.version.text ?? version.commit,
      CCCI_SECRETS: '/cc-ci/secrets',
      ...needs,
      ...(ca ? { CCCI_CA_FILE: '/cc-ci/ca.pem', NODE_EXTRA_CA_CERTS: '/cc-ci/ca.pem', SSL_CERT_FILE: '/cc-ci/ca.pem', CURL_CA_BUNDLE: '/cc-ci/ca.pem' } : {}),
    },
    secretFiles,
    mounts: [],
    copyIn: { from: version.folder, target: '/recipe' },
    workdir: '/recipe',
    needsProxy: true,
    trusted: false,
    timeoutMs: check.timeoutMs,
    signal,
  })
}

function wayOf(context: RunContext) {
  return wayTo(runningVersion(context).recipe, context.reach) ?? context.reach
}

/** Without a slash at the end. */
function addressOf(context: RunContext): string {
  return urlOf(wayOf(context), context.app.domain, '/').replace(/\/$/, '')
}

/** What the operator keeps for the needed recipe alone is not handed to programs of another one (invariant 11). */
function mayHave(context: RunContext, need: RunContext, key: string): boolean {
  const reference = need.head.recipe.config.secrets[key]?.fromSettings
  return reference === undefined || context.ports.host.secret(reference, context.head.recipe.name) !== undefined
}

function secretFilesOf(context: RunContext, folder: string, may: (key: string) => boolean = () => true): Record<string, string> {
  const files: Record<string, string> = {}
  for (const need of runningVersion(context).recipe.secrets) {
    const value = context.secrets.get(need.name)
    if (value !== undefined && may(need.key)) files[`${folder}/${need.key}`] = value
  }
  return files
}

import { plainLine, shortened } from '../../lib/plain-text.ts'
import type { Reason } from '../model/reason.ts'
import type { Blame, ControlRun, EngineKind, RunResults, TierRecord, Verdict } from '../model/run.ts'
import { sayDuration } from './duration.ts'
import { KILLED, sayExitCode } from './exit-codes.ts'
import { tellingLine } from './last-lines.ts'

/**
 * What happened, for a person who has 30 seconds: what broke, why (in evidence: exit codes, last lines, what answered), what to do.
 * Each is plain text of one to three short sentences; nothing in it is markup.
 */
export interface Said {
  what: string
  why: string
  next: string
}

/** A reason in words. Total: a variant that nobody put into words does not compile. */
export function sayReason(reason: Reason): Said {
  switch (reason.reason) {
    case 'crash-loop':
      return {
        what: `The service ${reason.service} starts and ends again and again.`,
        why: `It ended ${times(reason.exits)}, last${sayExitCode(reason.exitCode) || ' without an exit code'}, while everything else was calm.${logSays(reason.lastLines)}`,
        next: `Mend what the last lines of ${reason.service} complain about; its whole log is in the evidence.`,
      }
    case 'crashed-after-ready':
      return {
        what: `The service ${reason.service} came up, then crashed.`,
        why: `It ended${sayExitCode(reason.exitCode)} ${sayDuration(reason.afterMs)} after it was up.${logSays(reason.lastLines)}`,
        next: `To come up is not enough: see in the log of ${reason.service} what it does right after its start.`,
      }
    case 'exited':
      return {
        what: `The service ${reason.service} ended and stays down.`,
        why: `It ended${sayExitCode(reason.exitCode)}, and its restart policy does not start it again.${logSays(reason.lastLines)}`,
        next: `Mend what the last lines of ${reason.service} complain about, or let it restart if it is meant to.`,
      }
    case 'unhealthy':
      return {
        what: `The service ${reason.service} runs, but its own health check fails.`,
        why: `${reason.checkSays ? `The health check says: ${quoted(reason.checkSays)}.` : 'What the health check said is not known.'}${logSays(reason.lastLines)}`,
        next: `Run the health check's command inside ${reason.service}: either the app is not well, or the check asks for the wrong thing.`,
      }
    case 'rejected':
      return {
        what: `The engine will never start the service ${reason.service}.`,
        why: engineSays(reason.engineSays),
        next: `Mend the image or the mounts of ${reason.service} in compose.yml.`,
      }
    case 'unschedulable':
      return {
        what: `No node can run the service ${reason.service}.`,
        why: engineSays(reason.engineSays),
        next: `Check the placement constraints and the resources that ${reason.service} reserves against the nodes of this host.`,
      }
    case 'host':
      return {
        what: `This host failed, not the recipe: ${bare(reason.what)}.`,
        why: engineSays(reason.engineSays),
        next: 'Mend the host (`cc-ci doctor` helps), then run this again.',
      }
    case 'update-paused':
      return {
        what: `The engine paused the update of the service ${reason.service}.`,
        why: `${engineSays(reason.engineSays)}${logSays(reason.lastLines)}`,
        next: `The new version of ${reason.service} does not stay up: mend what its last lines complain about.`,
      }
    case 'engine-rolled-back':
      return {
        what: `The new version of the service ${reason.service} failed, and the engine went back to the old one by itself.`,
        why: `${engineSays(reason.engineSays)}${logSays(reason.lastLines)}`,
        next: `What answers now is the old version: mend what the new version of ${reason.service} complains about.`,
      }
    case 'wrong-image':
      return {
        what: `The service ${reason.service} does not run the image that this commit asks for.`,
        why: `Wanted ${reason.wanted}, but ${reason.got} runs.`,
        next: `See in the evidence which task of ${reason.service} runs; a tag that moved during the run does this, too: run it again.`,
      }
    case 'deadline':
      return {
        what: `Gave up after ${sayDuration(reason.limitMs)} of waiting for ${bare(reason.waitedFor)}.`,
        why: `Last seen: ${bare(reason.lastSeen) || 'nothing'}.${logSays(reason.lastLines)}`,
        next: 'See in the evidence what it was doing all this time. If it only needs longer, set `limits` in cc-ci.yml.',
      }
    case 'behaviour':
      if (reason.noRouter) return sayNoRouter(reason, reason.noRouter)
      return {
        what: `${plainLine(reason.url)} does not answer as it should.`,
        why: `Expected ${bare(reason.expected)}, got ${bare(reason.got)}.${logSays(reason.lastLines)}`,
        next: 'Open that address on a deployed copy. If this answer is right, say so under `ready` or `checks` in cc-ci.yml.',
      }
    case 'no-way-in':
      return sayNoWayIn(reason)
    case 'ready-weakened':
      return {
        what: 'This commit asks less of the app than the base did, and what the base asked is not met.',
        why: `The base asks ${plainLine(reason.url)} for ${bare(reason.base)}, and got ${bare(reason.got)}. This commit asks for ${bare(reason.head ?? 'no HTTP at all')}.`,
        next: 'Put the old `ready` back in cc-ci.yml. If the new one is right, release it in a change before this one, or say it in the host\'s own file for this recipe.',
      }
    case 'image-missing':
      return {
        what: `The image ${plainLine(reason.image)} does not exist.`,
        why: `The registry says: ${quoted(reason.registrySays)}.`,
        next: 'Correct the name or the tag in compose.yml, or push the image first.',
      }
    case 'registry':
      return sayRegistry(reason)
    case 'deploy-refused':
      return {
        what: 'The engine refuses to deploy this recipe.',
        why: engineSays(reason.engineSays),
        next: 'Mend that in the compose files. `cc-ci recipe check` lists what else is wrong.',
      }
    case 'recipe-invalid':
      return {
        what: `The recipe cannot be run: it has ${counted(reason.problems, 'mistake')}, and nothing was created.`,
        why: `The first one: ${bare(reason.first)}.`,
        next: `Mend all of them; ${checkCommand(reason.engine)} lists each with file, line and what to write instead.`,
      }
    case 'lint':
      return {
        what: `Lint has ${counted(reason.problems, 'warning')}.`,
        why: `The first one: ${bare(reason.first)}.`,
        next: `None of them stops the recipe; ${checkCommand(reason.engine)} lists each with what to write instead.`,
      }
    case 'moved-nothing':
      return {
        what: 'The upgrade changed nothing, so it proved nothing.',
        why: 'After it, image, settings and configs of every service were what they were before.',
        next: 'Name an older version with `--base`, or check that this commit really changes what is deployed.',
      }
    case 'base-unusable':
      return {
        what: 'No published version could be deployed to upgrade from, so the upgrade is not proven.',
        why: `${plainLine(reason.version)}: ${sentence(reason.says)}`,
        next: 'Name a version that works with `--base`, or test this commit alone with `--base none`.',
      }
    case 'data-lost':
      if (reason.unloaded) return sayUnloaded(reason.what, reason.unloaded)
      return {
        what: `Data is gone after the ${reason.when}: ${bare(reason.what)}.`,
        why: `It was written before the ${reason.when} and could not be read back: ${bare(reason.detail)}.`,
        next:
          reason.when === 'upgrade'
            ? 'Check that the new version keeps the same volumes, paths and database, and that its migration ran.'
            : 'Check the backup labels and hooks: what is not in the backup does not come back.',
      }
    case 'data-unseen':
      return {
        what: `Whether the upgrade kept ${bare(reason.what)} is not known.`,
        why: `It took no marker before the upgrade, and takes one after it. Before, it said: ${quoted(reason.why)}.`,
        next: 'Give its service a health check that passes once it takes data, then run it again.',
      }
    case 'mount-moved':
      return {
        what: `Whether the app still finds what is in the volume ${plainLine(reason.volume)} is not known.`,
        why: `The base mounts it at ${plainLine(reason.from)} in ${plainLine(reason.service)}, and this commit at ${listed(reason.to, 3)}. The volume kept its files; nothing asked the app for its data.`,
        next: `Mount it at ${plainLine(reason.from)} as before. If the app does look in the new place, let cc-ci.yml say under \`data\` how to write and read data through the app, in a change before this one.`,
      }
    case 'backup-empty':
      return {
        what: 'The backup holds nothing of value.',
        why: sentence(reason.detail),
        next: 'Check the labels `backupbot.backup…` and that the pre-hook really writes its file before the copy is made.',
      }
    case 'restore-left-behind':
      return {
        what: `The restore left something behind that came after the backup: ${bare(reason.what)}.`,
        why: 'It was written after the backup was taken, and a restore must bring back that moment alone.',
        next: 'Let the restore hooks empty the data first (for a database: drop and create it) and then load the backup.',
      }
    case 'hook-failed':
      return {
        what: `A ${bare(reason.hook)} hook failed in the service ${reason.service}.`,
        why: `${sayHookEnd(reason)}${logSays(reason.lastLines)}`,
        next:
          reason.container === 'ended'
            ? `Let the hook leave its container running: with the program that the container of ${reason.service} was started for, the hook ends, too.`
            : `Run the hook's command inside ${reason.service} of a deployed copy.`,
      }
    case 'check-failed':
      return {
        what: `The recipe's own check ${quoted(reason.check)} failed.`,
        why: reason.says !== undefined ? sentence(`It got ${plainLine(reason.says)}`) : `${reason.exitCode === null ? `It did not end ${reason.limitMs === undefined ? 'in time' : `within ${sayDuration(reason.limitMs)}`}.` : `It ended${sayExitCode(reason.exitCode)}.`}${logSays(reason.lastLines)}`,
        next: 'Read its log in the evidence: either the app is wrong, or the check is.',
      }
    case 'check-skipped':
      return {
        what: `The recipe's own check ${quoted(reason.check)} skipped itself, so it proved nothing.`,
        why: `It says: ${quoted(reason.says)}.`,
        next: 'Give it what it needs, or declare the tier not applicable in cc-ci.yml with the reason.',
      }
    case 'secret-missing':
      return {
        what: `The secret ${plainLine(reason.secret)} has no value, and the recipe says not to make one up.`,
        why: 'This host keeps no value of it for this recipe.',
        next: sentence(reason.mend),
      }
    case 'need-unknown':
      return {
        what: `The recipe needs ${plainLine(reason.recipe)}, and this host does not know where that is.`,
        why: 'It stands under `needs` in cc-ci.yml; only the settings of the host say which recipe is meant.',
        next: sentence(reason.mend),
      }
    case 'need-failed':
      return {
        what: `${plainLine(reason.recipe)}, which the recipe needs, does not run.`,
        why: reason.says,
        next: `Run ${plainLine(reason.recipe)} alone to see more of it, mend it, then run this one again.`,
      }
    case 'not-covered':
      return {
        what: `No backup covers ${volumes(reason.volumes)}.`,
        why: reason.nameless.length < reason.volumes.length ? 'The base has no backup labels there either, so this is a gap, not a fault of the change.' : 'Without a name no label can cover it, and each new container begins with an empty one.',
        next: `${reason.nameless.length > 0 ? `Give ${listed(reason.nameless, 4)} a name under \`volumes\`. ` : ''}Add \`backupbot.backup\` labels, or say under \`notBackedUp\` in cc-ci.yml why the data need not be kept.`,
      }
    case 'coverage-dropped':
      return {
        what: `This commit takes ${volumes(reason.volumes)} out of the backup.`,
        why: 'The base has backup labels there and the head has none, so backup and restore could not be verified.',
        next: 'Put the `backupbot.backup` labels back. To give it up on purpose, declare it in cc-ci.yml in a change before this one.',
      }
    case 'checks-dropped':
      return {
        what: `This commit takes ${reason.checks.length === 1 ? 'a check' : `${reason.checks.length} checks`} away: ${listed(reason.checks, 4)}.`,
        why: 'The base has them and the head does not, so what they proved is no longer proven.',
        next: 'Put them back. To give one up on purpose, do it in a change of its own, and know that this tier stays unverified there.',
      }
    case 'declared':
      return {
        what: 'Declared not applicable.',
        why: `${plainLine(reason.by)} says: ${quoted(reason.says)}.`,
        next: 'Nothing to do.',
      }
    case 'structural':
      return { what: 'Does not apply here.', why: sentence(reason.says), next: 'Nothing to do.' }
    case 'conflict':
      return {
        what: `This host cannot run the recipe beside what it already runs: ${bare(reason.what)} is taken.`,
        why: `It is in use by ${bare(reason.with)}.`,
        next: 'Run it on a host where that is free, or let the recipe take it from a setting.',
      }
    case 'leftovers':
      return {
        what: `The clean-up left ${counted(reason.resources.length, 'thing')} behind.`,
        why: `Still there: ${listed(reason.resources.map((resource) => `${resource.kind} ${resource.name}`), 4)}.`,
        next: '`cc-ci runs clean` removes what is left. This says nothing about the recipe.',
      }
    case 'interrupted':
      return {
        what: 'The run was stopped before its end.',
        why: `It was stopped by ${bare(reason.by)}.`,
        next: 'Run it again.',
      }
    case 'blocked-by':
      return {
        what: `Not reached: ${plainLine(reason.tier)} did not pass.`,
        why: `It needs what ${plainLine(reason.tier)} leaves behind.`,
        next: `Mend ${plainLine(reason.tier)} first.`,
      }
    case 'not-asked-for':
      return { what: 'Not asked for.', why: 'This run was asked for other tiers only.', next: 'Leave `--tier` out to run all of them.' }
    case 'our-mistake':
      return {
        what: 'cc-ci itself failed. This says nothing about the recipe.',
        why: `It says: ${quoted(reason.message)}.`,
        next: 'Please report it, with this page.',
      }
  }
}

/** Lists what a run on that engine found in the files. */
function checkCommand(engine: EngineKind): string {
  return `\`cc-ci recipe check RECIPE${engine === 'scripted' ? '' : ` --engine ${engine}`}\``
}

/** The app's log knows nothing of it: no request came that far. */
function sayNoRouter({ url, expected, got }: Extract<Reason, { reason: 'behaviour' }>, services: readonly string[]): Said {
  return {
    what: `${plainLine(url)} does not answer as it should.`,
    why: `Expected ${bare(expected)}, got ${bare(got)}, while every service runs: the proxy has no router for this host.`,
    next: `Check the labels of ${listed(services, 3)} under \`deploy.labels\`: traefik.enable, the router's rule and entrypoints, tls or tls.certresolver, traefik.docker.network.`,
  }
}

function sayNoWayIn({ url, expected, before }: Extract<Reason, { reason: 'no-way-in' }>): Said {
  const none = 'this commit has no HTTP router under `deploy.labels` and publishes no port'
  if (before.by === 'nothing') {
    return {
      what: `No router leads to the app: nobody can ask ${plainLine(url)}.`,
      why: `cc-ci.yml asks it for ${bare(expected)}, and ${none}.`,
      next: 'Add the Traefik labels to the service that answers, or say `ready: { http: false }` in cc-ci.yml if it is to answer no HTTP.',
    }
  }
  const led = before.by === 'router' ? `A router led to ${listed(before.services, 3)}` : 'A published port led to it'
  return {
    what: `No router leads to the app any more: nobody can ask ${plainLine(url)}.`,
    why: `${led} in the base, and ${none}.`,
    next: 'Put it back. If the app is to answer no HTTP any more, say `ready: { http: false }` in cc-ci.yml, in a change before this one.',
  }
}

function sayHookEnd({ exitCode, container }: Extract<Reason, { reason: 'hook-failed' }>): string {
  if (container === 'ended') return 'Its container ended while the hook ran.'
  if (container === 'out-of-memory') return 'Its container was killed while the hook ran, for want of memory.'
  // Whoever runs in a container is killed when that ends: this says nothing of memory.
  if (exitCode === KILLED) return `It was killed (exit code ${KILLED}), as when its container ends while it runs.`
  return `It ended${sayExitCode(exitCode)}.`
}

function sayUnloaded(what: string, { service, hasHook }: { service: string; hasHook: boolean }): Said {
  return {
    what: `Data is gone after the restore: ${bare(what)}.`,
    why: 'What the backup holds of it was put back beneath the running database, which still has in memory what was written after the backup.',
    next: hasHook
      ? `Check the \`backupbot.restore.post-hook\` of ${service}: it must load what came back into the running database.`
      : `Add a \`backupbot.restore.post-hook\` to ${service} that loads its files again, or dump before the backup and load after the restore by hooks.`,
  }
}

function sayRegistry(reason: Extract<Reason, { reason: 'registry' }>): Said {
  const image = plainLine(reason.image)
  const why = `It says: ${quoted(reason.registrySays)}.`
  switch (reason.kind) {
    case 'unreachable':
      return { what: `The registry of ${image} cannot be reached from this host, or breaks off.`, why, next: 'Check the network of this host, then run this again. The recipe is not to blame.' }
    case 'rate-limited':
      return {
        what: `The registry refuses more downloads for now: ${image}.`,
        why,
        next: 'Wait until the limit is over, or give cc-ci an account at the registry. The recipe is not to blame.',
      }
    case 'broken':
      return { what: `The registry failed while ${image} was fetched.`, why, next: 'Run this again later. The recipe is not to blame.' }
  }
}

/**
 * Whose doing it is, in a sentence or two. `base`: the version that the change was compared with; null where there was none, for the reason in `noBase`.
 * `control`: what a control run on it told.
 */
export function whose(blame: Blame, base: string | null = null, { noBase = '', control }: { noBase?: string; control?: ControlRun } = {}): string {
  switch (blame) {
    case 'change':
      if (base !== null && control?.is === 'none') return `This change, as far as is known: nobody tried whether ${base} fails here in the same way. No control run: ${control.why.replace(/\.$/, '')}.`
      if (base !== null && control?.is === 'fails-otherwise') return `This change, as far as is known: ${base} fails here in ${control.tier}, too, but for another reason: ${control.says}`
      return base === null ? 'This change.' : `This change: ${base} works here, and this commit does not.`
    case 'recipe':
      return base === null ? `The recipe; there is no version to compare with${noBase === '' ? '' : `: ${bare(noBase)}`}.` : `The recipe, not this change: ${base} fails here in the same way.`
    case 'host':
      return 'This host, not the recipe.'
    case 'cc-ci':
      return 'cc-ci itself, not the recipe.'
    case 'none':
      return 'Nobody: nothing is broken.'
  }
}

/** A verdict as a word for tables and badges. */
export function verdictWord(verdict: Verdict): string {
  switch (verdict) {
    case 'pass':
      return 'passed'
    case 'fail':
      return 'failed'
    case 'blocked':
      return 'not reached'
    case 'infra':
      return 'host trouble'
    case 'not-applicable':
      return 'not applicable'
    case 'unverified':
      return 'not proven'
  }
}

/** What became of a tier or a step, as a word: its verdict, but for what is nobody's fault, and for a lint that only warns. */
export function outcomeWord({ verdict, cause }: Pick<TierRecord, 'verdict' | 'cause'>): string {
  if (cause === 'interrupted') return 'stopped'
  return cause === 'lint' ? 'warnings' : verdictWord(verdict)
}

/** The same for a whole run. */
export function runWord(results: Pick<RunResults, 'verdict' | 'tiers'>): string {
  return wasStopped(results) ? 'stopped' : verdictWord(results.verdict)
}

/** Somebody ended it, and that alone decided the verdict. */
export function wasStopped(results: Pick<RunResults, 'verdict' | 'tiers'>): boolean {
  return decidingTier(results)?.cause === 'interrupted'
}

/** The tier that decided the verdict; lint only where nothing else did, because it costs its rung and no more. Undefined for a pass. */
export function decidingTier({ verdict, tiers }: Pick<RunResults, 'verdict' | 'tiers'>): TierRecord | undefined {
  if (verdict === 'pass') return undefined
  return tiers.find((tier) => tier.verdict === verdict && tier.name !== 'lint') ?? tiers.find((tier) => tier.verdict === verdict)
}

/** What the service, hook or check that broke wrote last, as plain lines; empty where its words are not known. */
export function linesOfWhatBroke(results: Pick<RunResults, 'verdict' | 'tiers'>): string[] {
  const tier = decidingTier(results)
  const lines = tier?.steps.findLast(({ cause }) => cause !== undefined && cause === tier.cause)?.lastLines ?? []
  return lines.map(plainLine)
}

/** One line for a list of runs, a terminal's last line, a commit status: `notes: failed in upgrade. Data is gone after …` */
export function headline(results: Pick<RunResults, 'recipe' | 'verdict' | 'level' | 'partial' | 'tiers' | 'summary' | 'startedAt' | 'endedAt'>): string {
  const { recipe, verdict } = results
  if (verdict === 'pass') {
    const took = sayDuration(results.endedAt - results.startedAt)
    if (results.partial) return `${recipe}: passed in ${took}, but not all tiers were asked for.`
    return results.level === null ? `${recipe}: passed in ${took}.` : `${recipe}: passed at level ${results.level} in ${took}.`
  }
  const where = decidingTier(results)?.name
  const what = results.summary.what === '' ? '' : ` ${results.summary.what}`
  return `${recipe}: ${runWord(results)}${where === undefined ? '' : ` in ${where}`}.${what}`
}

/** The sentence that a tier or step carries: what happened and why, on one line. */
export function oneLine(reason: Reason): string {
  const said = sayReason(reason)
  return `${said.what} ${said.why}`
}

const LONGEST_QUOTE = 200

function quoted(text: string): string {
  const line = plainLine(text)
  return line === '' ? 'nothing' : `“${shortened(line, LONGEST_QUOTE)}”`
}

function logSays(lines: readonly string[]): string {
  const telling = tellingLine(lines)
  if (telling === undefined) return ' It wrote nothing to its log.'
  return ` ${telling.isLast ? 'Its last line' : 'Its log says'}: “${shortened(telling.line, LONGEST_QUOTE)}”`
}

function engineSays(text: string): string {
  const line = bare(text)
  return line === '' ? 'The engine says nothing more.' : `The engine says: “${shortened(line, LONGEST_QUOTE)}”.`
}

/** Ready to stand inside a sentence: one line, no full stop at its end. */
function bare(text: string): string {
  return plainLine(text).replace(/[.\s]+$/, '')
}

function sentence(text: string): string {
  const line = plainLine(text)
  if (line === '') return 'Nothing more is known.'
  const begun = line.charAt(0).toUpperCase() + line.slice(1)
  return /[.!?”`]$/.test(begun) ? begun : `${begun}.`
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`
}

/** `1 mistake`, `3 mistakes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function volumes(names: readonly string[]): string {
  return names.length === 1 ? `the volume ${names[0]}` : `the volumes ${listed(names, 6)}`
}

/** `a, b and c`, or `a, b and 7 more`. */
export function listed(names: readonly string[], most: number): string {
  const plain = names.map(plainLine)
  if (plain.length === 0) return 'nothing'
  const shown = plain.length > most ? [...plain.slice(0, most - 1), `${plain.length - most + 1} more`] : plain
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

import type { Hold } from '../plan/reconcile.ts'
import { sayMoment } from './moment.ts'

/** Why an app is left as it is, and what to do about it. */
export function sayHold(hold: Hold): { why: string; next: string } {
  switch (hold.kind) {
    case 'major':
      return { why: `${hold.version} is a major release after ${hold.from}`, next: 'Read its notes, then approve it.' }
    case 'manual-steps':
      return hold.unreadable
        ? { why: `the release note of ${hold.release} cannot be read: ${hold.says}`, next: 'Read it where it was published, do what it asks for, then approve.' }
        : { why: `the release note of ${hold.release} asks for work of a person: "${hold.says}"`, next: 'Do what it asks for, then approve.' }
    case 'failed-before':
      return { why: `${hold.version} was tried and rolled back: ${clause(hold.why)}`, next: 'Wait for a newer release, or approve another try.' }
    case 'settings-failed-before':
      return { why: `${hold.version} was tried with the settings as they are now, and went back to those before: ${clause(hold.why)}`, next: 'Mend the settings, or approve another try.' }
    case 'settings-rolled-back-in-a-row':
      return { why: `${hold.version} went back ${hold.times} times from the settings as they are now to those before: ${clause(hold.why)}`, next: 'Mend what failed on the host, then approve another try.' }
    case 'rolled-back-in-a-row':
      return { why: `${hold.times} upgrades in a row were rolled back`, next: 'See what they have in common before you approve another try.' }
    case 'cooling-off':
      return { why: `${hold.version} is too young; it waits until ${sayMoment(hold.until)} UTC`, next: 'Nothing to do; approve it to have it now.' }
    case 'no-release':
      if (hold.isSourceSilent) return { why: 'its published versions are not known', next: 'Make the recipe reachable again.' }
      return { why: 'the recipe has no published version', next: 'Publish one: an annotated tag x.y.z+app.' }
    case 'unknown':
      return { why: clause(hold.why), next: 'Look at it. Once it runs a published version and is well, it is adopted.' }
    case 'other-domain':
      return {
        why: `it was deployed as ${hold.was}, and the settings now say ${hold.now}: its stack and its data have the name of the domain`,
        next: `Set it back to ${hold.was}. To move it: take the old stack down, copy its volumes to those of the new name, and move its folder below platform/ in the state folder away; then it is installed anew.`,
      }
    case 'data-without-record':
      return {
        why: hold.knew === undefined ? `nothing of it runs, and nobody knows which version the data in ${listed(hold.volumes)} belongs to` : `nothing of it runs, and last_good.json is not there, though ${hold.knew} was committed`,
        next: 'Put last_good.json back (the last snapshot has one, too), or deploy the version that its data belongs to by hand: it is adopted then. What is approved is installed onto the data as it is; data that is worth nothing is taken away by docker volume rm.',
      }
    case 'repairs-in-a-row':
      return { why: `${hold.times} repairs in a row did not help: ${clause(hold.why)}`, next: 'See its log. Approve the version that should run to have it tried once more.' }
  }
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}

/** Others put it into a sentence of theirs. */
function clause(says: string): string {
  return says.replace(/\.$/, '')
}

/** Something is down, or not well, and nobody works on it any more: exit code 4. `at`: what runs; null: nothing that we know. */
export function needsAPerson({ at, hold }: { at: string | null; hold: Hold }): boolean {
  // What runs without a version is up, if it says so.
  return hold.kind === 'repairs-in-a-row' || hold.kind === 'other-domain' || (hold.kind === 'unknown' ? hold.down : at === null)
}

/** The version that a person may approve; undefined: there is nothing to approve. */
export function versionHeld(hold: Hold): string | undefined {
  return 'version' in hold ? hold.version : undefined
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from './command.ts'
import { commands } from './commands.ts'
import { COMMON, understand } from './main.ts'

const words = (line: string) => line.split(' ').filter(Boolean)

async function refusal(argv: string[]): Promise<string> {
  try {
    await understand(argv, '1.2.3')
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error))
    return error.message
  }
  return `understood: ${argv.join(' ')}`
}

async function printed(line: string): Promise<string> {
  const asked = await understand(words(line), '1.2.3')
  assert.ok('print' in asked, line)
  return asked.print
}

test('what was asked for: the command, its words, its options wherever they stand', async () => {
  const asked = await understand(words('run --ref 4f2a91c ./my-recipe --tier backup --json --tier restore'), '1.2.3')
  assert.ok('command' in asked)
  assert.equal(asked.command.name, 'run')
  assert.deepEqual(asked.words, ['./my-recipe'])
  assert.deepEqual({ ...asked.values }, { ref: '4f2a91c', tier: ['backup', 'restore'], json: true })
  const shown = await understand(['recipe', 'show', '--', '--odd-name'], '1.2.3')
  assert.ok('command' in shown)
  assert.deepEqual([shown.command.name, shown.words], ['recipe show', ['--odd-name']])
})

const RUN = 'cc-ci run RECIPE [--ref REF] [--base VERSION] [--engine local|swarm] [--tier NAME]…'
const refused: Array<[line: string, message: string]> = [
  ['frob', 'There is no command "frob". cc-ci --help lists them.'],
  ['rnu ./my-recipe', 'There is no command "rnu". Did you mean "run"? cc-ci --help lists them.'],
  ['runs', 'cc-ci runs needs one of: list, show, watch, cancel, clean.'],
  ['runs --json', 'cc-ci runs needs one of: list, show, watch, cancel, clean.'],
  ['runs lst', 'There is no command "runs lst". Did you mean "runs list"? cc-ci runs has: list, show, watch, cancel, clean.'],
  ['recipe frobnicate', 'There is no command "recipe frobnicate". cc-ci recipe has: check, show.'],
  ['help frob', 'There is no command "frob". cc-ci --help lists them.'],
  ['--json run', '"--json" stands before the command; options come after it: cc-ci COMMAND --json. cc-ci --help lists the commands.'],
  ['run', `run needs more: ${RUN}`],
  ['run --json', `run needs more: ${RUN}`],
  ['run a b c', `run does not know what to do with b c: ${RUN}`],
  ['try it', 'try does not know what to do with it: cc-ci try'],
  ['run a --rfe x', 'run has no option --rfe. Did you mean --ref? cc-ci run --help lists them.'],
  ['run a --frobnicate', 'run has no option --frobnicate. cc-ci run --help lists them.'],
  ['run a -q', 'run has no option -q. cc-ci run --help lists them.'],
  ['doctor --ref x', 'doctor has no option --ref. cc-ci doctor --help lists them.'],
  ['run a --ref', '--ref needs a value: cc-ci run --help says which.'],
  ['run a --ref --json', '--ref needs a value: cc-ci run --help says which.'],
  ['run a --ref=', '--ref needs a value: cc-ci run --help says which.'],
  ['run a --tier ,', '--tier needs a value: cc-ci run --help says which.'],
  ['run a --json=yes', '--json takes no value.'],
]
for (const [line, message] of refused) test(`refused: ${line}`, async () => assert.equal(await refusal(words(line)), message))

test('an option with an empty value, as a shell makes it of a variable that is not set, is no option left out', async () => {
  assert.equal(await refusal(['runs', 'list', '--state', '']), '--state needs a value: cc-ci runs list --help says which.')
})

test('so is a word that is empty: it does not mean the folder that we are in', async () => {
  assert.equal(await refusal(['run', '']), 'RECIPE is empty: cc-ci run RECIPE [--ref REF] [--base VERSION] [--engine local|swarm] [--tier NAME]…')
  assert.equal(await refusal(['recipe', 'check', ' ']), 'RECIPE is empty: cc-ci recipe check RECIPE [--ref REF]')
  assert.equal(await refusal(['runs', 'clean', '']), 'RUN is empty: cc-ci runs clean [RUN]')
  assert.match(await refusal(['platform', 'approve', 'traefik', '']), /^VERSION is empty: /)
})

test('the version, and help without a word, for a group and for one command', async () => {
  assert.equal(await printed('--version'), '1.2.3')
  assert.equal(await printed('-V'), '1.2.3')
  const all = await printed('')
  for (const line of ['help', '--help', '-h']) assert.equal(await printed(line), all)
  assert.equal(await printed('help runs list'), await printed('runs list --help'))
  assert.equal(await printed('run -h'), await printed('run ./recipe --ref x --help'))
  const group = await printed('help runs')
  assert.equal(await printed('runs --help'), group)
  assert.deepEqual(group.split('\n').filter((line) => line.startsWith('  ')).map((line) => line.slice(2, 14).trim()), ['runs list', 'runs show', 'runs watch', 'runs cancel', 'runs clean'])
})

test('help for all names every command with what it does', async () => {
  assert.equal(await printed(''), `cc-ci deploys a recipe for real, proves install, upgrade, backup, restore and its own checks, and cleans up.

usage: cc-ci COMMAND [ARGUMENTS] [--json] [--state DIR] [--settings FILE]

  try                 run the example recipe through all tiers, with nothing set up
  run                 deploy a recipe at a commit, take it through all tiers, tear it down
  recipe check        every mistake in a recipe, with file, line, column and mend
  recipe show         what a run of a recipe would do
  runs list           the history, newest first
  runs show           one run: its verdict, its tiers, where its report is
  runs watch          follow a run of another process to its end
  runs cancel         end a run of another process as Ctrl-C would: torn down
  runs clean          remove what dead runs left; by its name also what --keep kept
  platform status     the platform apps: wanted, running, known-good, holds
  platform reconcile  bring platform apps to their latest release, behind a gate that rolls back
  platform approve    lift the hold on one version of a platform app, on record
  platform restored   say that you put the data of a platform app back by hand, on record
  platform history    what was done to a platform app, newest first
  boot check          deadlocks of a boot, found before it boots, each with fixes that were tried
  boot order          when each unit begins, how long the boot takes, what to speed up first
  boot render         what this host brings up, as systemd units or as a NixOS module
  boot up             bring this host up, side by side as far as the order allows; what is up is left alone
  boot down           take what this host runs down, last first; volumes, secrets and known-good stay
  boot prove          boots a throw-away host from nothing, with the gate of old and with ours, and shows both
  server              serve health, alerts and the reports of runs, read-only, until it is ended
  host install        puts cc-ci on this host, or brings what is there up to date
  host remove         takes cc-ci off this host; apps go on running, data and settings stay
  network status      the addresses of the network that all apps share, and who has them
  network migrate     move everything on the network that all apps share to a larger range
  alerts list         what a person has to know now, newest first
  alerts relay        bring what is due to the channels of the settings
  alerts ack          say that an alert was seen: it is not told again for as long as it is so
  prune               remove old images, evidence and clones that cc-ci brought; never a volume
  doctor              what this machine has and lacks for cc-ci, each with its mend
  settings check      every mistake in the settings, with file, line, column and mend
  settings example    a commented settings file to begin with
  settings schema     the JSON Schema of the settings, for editors

cc-ci COMMAND --help says more. To begin: cc-ci try`)
})

test('help for one command: usage, what it does, every option, examples', async () => {
  assert.equal(await printed('recipe check --help'), `usage: cc-ci recipe check RECIPE [--ref REF]

Every mistake in a recipe, with file, line, column and mend.

  --ref REF             commit, tag or branch; default: the head
  --engine local|swarm  read it as that engine would
  --json                one JSON document on standard output
  --state DIR           where records, locks and apps of this installation are kept
  --settings FILE       the host's settings
  --help                this help

examples:
  cc-ci recipe check ./my-recipe
  cc-ci recipe check https://git.example.org/recipes/notes --json`)
})

for (const { name, load } of commands) {
  test(`${name}: its examples are understood, and its options shadow none that every command has`, async () => {
    const command = await load()
    assert.equal(command.name, name)
    for (const example of command.examples) {
      const asked = await understand(words(example.replace(/ > .*/, '')).slice(1), '1.2.3')
      assert.ok('command' in asked && asked.command === command, example)
    }
    assert.deepEqual(Object.keys(command.options).filter((name) => name in COMMON), [])
  })
}

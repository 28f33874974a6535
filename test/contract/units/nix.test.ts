/**
 * optional parts: nix
 *
 * The NixOS module, parsed and evaluated by a real Nix. nixpkgs is not to be had here: of the module system the few functions that the module uses are stood in
 * for below, and the options that it sets are held against what NixOS's manual says there are.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { renderNix } from '../../../src/domain/boot/nix/render.ts'
import { renderUnits } from '../../../src/domain/boot/systemd/render.ts'
import { parseUnitFile } from '../../../src/domain/boot/systemd/unit-file.ts'
import type { PlatformApp } from '../../../src/domain/model/platform.ts'
import { searchPath } from '../../rig/host.ts'
import { cli, temporaryFolder } from '../../support/cli.ts'

const app = (name: string, after: string[]): PlatformApp => ({
  name, after, optional: false, recipe: `/recipes/${name}`, domain: `${name}.example.org`, stateless: true, env: {}, coolingOffMs: 0,
  gate: { host: undefined, path: '/', status: [], contains: undefined, passes: 5, dwellMs: 10_000, routes: false, certificateDays: 14 },
  limits: { deploy: 300_000, rollback: 360_000, start: 900_000 },
})
const PROGRAM = '/opt/cc-ci/cc-ci'
const UNITS = renderUnits({ platform: [app('traefik', []), app('page', ['traefik'])], server: undefined, alerts: [] }, { program: PROGRAM, stateFolder: '/srv/st"a\\te ${x} $y', cacheFolder: '/var/cache/cc-ci', settingsFile: '/etc/cc-ci/settings.yml', user: null })

/** `mkIf` leaves out what is off, options have their defaults; `{ services, timers, targets }` of `systemd` come out. */
const STUB = `{ module, enable }:
let
  lib = {
    mkOption = given: { _type = "option"; } // given;
    mkEnableOption = what: lib.mkOption { type = lib.types.bool; default = false; description = "Whether to enable \${what}."; };
    mkIf = condition: content: if condition then content else { };
    types = { bool = builtins.isBool; str = builtins.isString; };
  };
  made = import module { inherit lib config; };
  checked = name: option: assert option._type == "option"; assert option.type option.default; assert builtins.isString option.description; option.default;
  config = { services.cc-ci = builtins.mapAttrs checked made.options.services.cc-ci // { inherit enable; }; };
in
made.config.systemd or { }
`

type Systemd = Record<'services' | 'timers' | 'targets', Record<string, Record<string, unknown>>>

function nix(args: string[]): { status: number | null; out: string; err: string } {
  const ended = spawnSync('nix-instantiate', args, { encoding: 'utf8', env: { PATH: searchPath().join(':'), HOME: '/nonexistent', NIX_STATE_DIR: '/tmp', NIX_STORE_DIR: '/nix/store', NIX_REMOTE: 'dummy://' } })
  assert.equal(ended.error, undefined, 'nix-instantiate is missing: npm run rig -- up nix')
  return { status: ended.status, out: ended.stdout, err: ended.stderr }
}

function evaluated(text: string, enable: boolean): Systemd {
  using folder = temporaryFolder('nix')
  const module = join(folder.path, 'cc-ci.nix')
  writeFileSync(module, text)
  writeFileSync(join(folder.path, 'stub.nix'), STUB)
  const parsed = nix(['--parse', module])
  assert.equal(parsed.status, 0, parsed.err)
  const { status, out, err } = nix(['--eval', '--strict', '--json', '--readonly-mode', '--arg', 'module', module, '--arg', 'enable', String(enable), join(folder.path, 'stub.nix')])
  assert.equal(status, 0, err)
  return JSON.parse(out) as Systemd
}

/** From NixOS's own description of `systemd.services`, `.timers` and `.targets`. */
const OPTIONS = ['description', 'requires', 'wants', 'after', 'before', 'wantedBy', 'requiredBy', 'serviceConfig', 'timerConfig', 'targetConfig', 'unitConfig']
const SETTINGS = { service: 'serviceConfig', timer: 'timerConfig', target: 'targetConfig' } as Record<string, string>

test('a real Nix gives the units back as systemd has them, every line of them', () => {
  const systemd = evaluated(renderNix(UNITS, { program: PROGRAM }), true)
  let lines = 0
  for (const [file, text] of UNITS) {
    const [name, kind] = [file.slice(0, file.lastIndexOf('.')), file.slice(file.lastIndexOf('.') + 1)]
    const unit = systemd[`${kind}s` as keyof Systemd][name]!
    assert.deepEqual(Object.keys(unit).filter((option) => !OPTIONS.includes(option)), [], file)
    for (const { section, key, value } of parseUnitFile(text)) {
      lines += 1
      const option = key.charAt(0).toLowerCase() + key.slice(1)
      if (section === 'Unit' && key === 'Description') assert.equal(unit.description, value)
      else if (section === 'Unit' || section === 'Install') for (const other of value.split(' ')) assert.ok((unit[option] as string[]).includes(other), `${file} ${key} ${other}`)
      else {
        const said = [(unit[SETTINGS[kind]!] as Record<string, string | string[]>)[key]].flat()
        assert.ok(said.includes(/^PATH=/.test(value) ? 'PATH=/run/wrappers/bin:/run/current-system/sw/bin' : value), `${file} ${key}=${value}, but ${JSON.stringify(said)}`)
      }
    }
  }
  assert.ok(lines > 80, `${lines} lines`)
  assert.equal(Object.values(systemd).flatMap((units) => Object.keys(units)).length, UNITS.size)
})

test('where it is not enabled it sets nothing', () => assert.deepEqual(evaluated(renderNix(UNITS, { program: PROGRAM }), false), {}))

test('the command writes it, and writes the same again', async () => {
  using folder = temporaryFolder('nix')
  const render = async () => {
    const ended = await cli(['boot', 'render', '--to', 'nix', '--settings', 'fixtures/boot/settings/seed-fixed.yml', '--state', join(folder.path, 'state'), '--out', folder.path, '--program', PROGRAM], { env: { CCCI_CACHE: join(folder.path, 'cache') } })
    assert.equal(ended.code, 0, ended.err)
    return readFileSync(join(folder.path, 'cc-ci.nix'), 'utf8')
  }
  const text = await render()
  assert.equal(await render(), text)
  assert.deepEqual(Object.keys(evaluated(text, true).services).toSorted(), ['cc-ci-dashboard', 'cc-ci-networks', 'cc-ci-prune', 'cc-ci-reconcile', 'cc-ci-swarm', 'cc-ci-traefik'])
})

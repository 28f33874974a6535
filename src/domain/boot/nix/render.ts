import { type Assignment, parseUnitFile } from '../systemd/unit-file.ts'

/** Keys of a unit's own section that NixOS has options for; what lists units is a list there. */
const LISTS: Record<string, string> = { Requires: 'requires', Wants: 'wants', After: 'after', Before: 'before', Requisite: 'requisite', BindsTo: 'bindsTo', PartOf: 'partOf', Conflicts: 'conflicts', OnFailure: 'onFailure' }

/** How NixOS calls the kinds of units that we have, and where the settings of their own section go. */
const KINDS: Record<string, { option: string; section: string; settings: string }> = {
  service: { option: 'services', section: 'Service', settings: 'serviceConfig' },
  timer: { option: 'timers', section: 'Timer', settings: 'timerConfig' },
  target: { option: 'targets', section: 'Target', settings: 'targetConfig' },
}

const RENDERED = '# Rendered by cc-ci boot render --to nix: change the settings and render again.'

/** Whether a module is one of ours, which we may write again. */
export function isRenderedNix(text: string): boolean {
  return text.startsWith(RENDERED)
}

/**
 * The same units as a NixOS module: made from the units' own text, so that it says what they say. `program` stands in front of every command there; here it
 * is an option, and so is PATH, because NixOS has its programs elsewhere.
 */
export function renderNix(units: ReadonlyMap<string, string>, { program }: { program: string }): string {
  const options = [...units].map(([file, text]) => unitAsOption(file, parseUnitFile(text), program))
  return `${RENDERED}
{ config, lib, ... }:
let
  cfg = config.services.cc-ci;
in
{
  options.services.cc-ci = {
    enable = lib.mkEnableOption "the units with which cc-ci brings this host up";
    program = lib.mkOption {
      type = lib.types.str;
      default = ${nixString(program)};
      description = "The cc-ci that the units start.";
    };
    path = lib.mkOption {
      type = lib.types.str;
      default = "/run/wrappers/bin:/run/current-system/sw/bin";
      description = "Where cc-ci finds its tools: docker and git among them.";
    };
  };

  config = lib.mkIf cfg.enable {
${options.join('')}  };
}
`
}

function unitAsOption(file: string, assignments: readonly Assignment[], program: string): string {
  const dot = file.lastIndexOf('.')
  const kind = KINDS[file.slice(dot + 1)]
  if (!kind) throw new Error(`no NixOS option is known for ${file}`)
  const lines: string[] = []
  const own = new Map<string, string[]>()
  const rest = new Map<string, string[]>()
  const lists = new Map<string, string[]>()
  for (const { section, key, value } of assignments) {
    const list = section === 'Unit' ? LISTS[key] : section === 'Install' && key === 'WantedBy' ? 'wantedBy' : section === 'Install' && key === 'RequiredBy' ? 'requiredBy' : undefined
    if (list !== undefined) add(lists, list, ...value.split(/\s+/))
    else if (section === 'Unit' && key === 'Description') lines.push(`description = ${nixString(value)};`)
    else add(section === kind.section ? own : rest, key, section === kind.section ? settingOf(key, value, program) : nixString(value))
  }
  for (const [name, values] of lists) lines.push(`${name} = [ ${values.map((value) => nixString(value)).join(' ')} ];`)
  if (rest.size > 0) lines.push(`unitConfig = {\n${settingsOf(rest)}      };`)
  if (own.size > 0) lines.push(`${kind.settings} = {\n${settingsOf(own)}      };`)
  return `    systemd.${kind.option}.${nixString(file.slice(0, dot))} = {\n${lines.map((line) => `      ${line}\n`).join('')}    };\n`
}

/** Said several times it is a list, which NixOS writes out as several lines again. */
function settingsOf(settings: ReadonlyMap<string, readonly string[]>): string {
  return [...settings].map(([key, values]) => `        ${key} = ${values.length === 1 ? values[0] : `[\n${values.map((value) => `          ${value}\n`).join('')}        ]`};\n`).join('')
}

/** Its text goes into the unit as it stands: systemd's own quoting is kept. */
function settingOf(key: string, value: string, program: string): string {
  if (key.startsWith('Exec') && value.startsWith(`${program} `)) return `"\${cfg.program}${nixEscaped(value.slice(program.length))}"`
  if (key === 'Environment' && /^"?PATH=/.test(value)) return '"PATH=${cfg.path}"'
  return nixString(value)
}

function add(to: Map<string, string[]>, key: string, ...values: string[]): void {
  to.set(key, [...(to.get(key) ?? []), ...values])
}

function nixString(text: string): string {
  return `"${nixEscaped(text)}"`
}

function nixEscaped(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replaceAll('${', '\\${').replaceAll('\n', '\\n')
}

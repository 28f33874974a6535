/** The report's one style sheet. Colours are pairs of ink and ground with a contrast of at least 4.5 to 1, in light and in dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f6f3; --card: #ffffff; --line: #dcdfe3; --ink: #1b1f24; --soft-ink: #545d68; --link: #0b57a4; --code: #f0f1f3;
  --pass: #17693a; --pass-ground: #e5f3ea; --fail: #a61b1b; --fail-ground: #fcebea; --host: #6a3d9e; --host-ground: #f1eafa;
  --open: #7d4e00; --open-ground: #fdf2d9; --calm: #545d68; --calm-ground: #eceef1; --pull: #3d7ea6; --track: #eceef1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121518; --card: #1a1e23; --line: #323941; --ink: #e7e9ec; --soft-ink: #a7b0ba; --link: #8bbcf0; --code: #23292f;
    --pass: #7fdba2; --pass-ground: #14301f; --fail: #ff9f96; --fail-ground: #3c1816; --host: #cdb5f6; --host-ground: #2b2139;
    --open: #f0c46b; --open-ground: #33270d; --calm: #a7b0ba; --calm-ground: #262c33; --pull: #6db2da; --track: #262c33;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, p, ol, ul, dl, dd, pre, table, figure { margin: 0; }
ol, ul { padding: 0; list-style: none; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { font-size: 1.15rem; line-height: 1.3; }
h3 { font-size: 1rem; display: inline; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em; }
code { background: var(--code); border-radius: 4px; padding: 0.1em 0.3em; }
.page { max-width: 72rem; margin: 0 auto; padding: 1.25rem 1.25rem 3rem; }
.skip { position: absolute; left: -100vw; top: 0; background: var(--card); padding: 0.5rem 1rem; }
.skip:focus { left: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet { color: var(--soft-ink); }
.small { font-size: 0.875rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem; }
main > section, main > .first, main > .columns { margin-top: 1.1rem; }
section > h2 { margin-bottom: 0.6rem; }

.pass { --tone: var(--pass); --tone-ground: var(--pass-ground); }
.fail { --tone: var(--fail); --tone-ground: var(--fail-ground); }
.infra, .warnings { --tone: var(--host); --tone-ground: var(--host-ground); }
.unverified { --tone: var(--open); --tone-ground: var(--open-ground); }
.blocked, .not-applicable { --tone: var(--calm); --tone-ground: var(--calm-ground); }
.mark { color: var(--tone); font-weight: 600; white-space: nowrap; }
.sign { width: 0.95em; height: 0.95em; vertical-align: -0.1em; color: var(--tone); margin-right: 0.35em; }

.banner { display: flex; gap: 1rem 1.5rem; align-items: center; justify-content: space-between; flex-wrap: wrap; border-left: 6px solid var(--tone); background: var(--tone-ground); border-radius: 10px; padding: 1rem 1.25rem; }
.banner h1 { margin: 0.15rem 0 0.25rem; color: var(--tone); }
.levelled { text-align: center; min-width: 6.5rem; }
.levelled .number { font-size: 2rem; font-weight: 700; line-height: 1; display: block; }

.first { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 1.1rem; align-items: start; }
.what { font-size: 1.15rem; font-weight: 600; line-height: 1.4; }
.answers { display: grid; gap: 0.7rem; margin-top: 0.7rem; }
.answers dt { font-size: 0.8rem; font-weight: 600; color: var(--soft-ink); }
.command { display: block; background: var(--code); border-radius: 6px; padding: 0.55rem 0.75rem; user-select: all; white-space: pre-wrap; }
.side { display: grid; gap: 1.1rem; }
.rungs { display: grid; gap: 0.25rem; margin: 0.6rem 0; }
.rungs li { display: flex; justify-content: space-between; gap: 0.75rem; font-size: 0.92rem; }
.gaps { background: var(--open-ground); border-color: var(--open); }
.gaps h2 { color: var(--open); }
.gaps li { margin-top: 0.4rem; padding-left: 0.8rem; border-left: 3px solid var(--open); }

table { width: 100%; border-collapse: collapse; }
caption { text-align: left; color: var(--soft-ink); font-size: 0.875rem; padding-bottom: 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem 0.4rem 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th { font-size: 0.8rem; font-weight: 600; color: var(--soft-ink); border-top: 0; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; padding-right: 0; }
.times { table-layout: fixed; }
.times .name { width: 20%; } .times .outcome { width: 17%; } .times .number { width: 6.5rem; }
.times tbody th { font-weight: 600; }
.bar { display: block; width: 100%; height: 0.9rem; margin-top: 0.3rem; background: var(--track); border-radius: 3px; }
.bar rect { fill: var(--tone); } .bar .pull { fill: var(--pull); } .bar .gap { fill: var(--ground); }
.key { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 2px; background: var(--pull); vertical-align: -0.05em; margin-right: 0.3em; }
.totals { display: flex; flex-wrap: wrap; gap: 0.4rem 1.5rem; margin-top: 0.7rem; }

details { border-top: 1px solid var(--line); }
summary { cursor: pointer; padding: 0.55rem 0; }
.tier > summary { display: flex; flex-wrap: wrap; gap: 0.2rem 0.9rem; align-items: baseline; }
.tier > summary::before { content: "▸"; color: var(--soft-ink); width: 1em; }
.tier[open] > summary::before { content: "▾"; }
.tier > summary::-webkit-details-marker { display: none; }
.tier > summary .took { margin-left: auto; }
.inside { padding: 0 0 0.8rem 1.9rem; }
.steps > li { padding: 0.45rem 0; border-top: 1px dashed var(--line); }
.steps > li:first-child { border-top: 0; }
.step { display: flex; flex-wrap: wrap; gap: 0.1rem 0.9rem; align-items: baseline; }
.step .took { margin-left: auto; }
.says { margin-top: 0.15rem; }
.evidence { border: 1px solid var(--line); border-radius: 6px; margin-top: 0.4rem; padding: 0 0.75rem; }
.lines, .evidence pre { background: var(--code); border-radius: 6px; padding: 0.6rem 0.75rem; max-height: 24rem; overflow: auto; white-space: pre-wrap; }
.evidence p { padding: 0.4rem 0 0.6rem; }
.columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.1rem; }
.facts { display: grid; grid-template-columns: 9rem minmax(0, 1fr); gap: 0.35rem 1rem; font-size: 0.94rem; }
.facts dt { color: var(--soft-ink); }
footer { margin-top: 1.5rem; color: var(--soft-ink); font-size: 0.875rem; }

.problems th:first-child { width: 24%; }

@media (max-width: 46rem) {
  .page { padding: 0.75rem 0.75rem 2rem; }
  .first, .columns { grid-template-columns: minmax(0, 1fr); }
  .banner { padding: 0.8rem 1rem; }
  .card { padding: 0.9rem 1rem; }
  h1 { font-size: 1.4rem; }
  .levelled { text-align: left; min-width: 0; }
  .levelled .number { display: inline; font-size: 1rem; }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd { margin-bottom: 0.5rem; }
  .times .name { width: 34%; } .times .outcome { width: 1.9rem; }
  .times tbody th { font-size: 0.94rem; } .times .number { width: 4.8rem; }
  .times .outcome .word { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .times thead .outcome span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .inside { padding-left: 0.4rem; }
  .problems thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .problems tr { display: block; padding: 0.4rem 0; border-top: 1px solid var(--line); }
  .problems td, .problems th { display: block; border: 0; padding: 0.1rem 0; }
}
@media print { .card, .banner { break-inside: avoid; } details { display: block; } }
`

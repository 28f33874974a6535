import { sayBytes } from '../../domain/report/bytes.ts'
import { sayMoment } from '../../domain/report/moment.ts'
import { counted } from '../../domain/report/words.ts'
import type { KeptBecause, PrunePlan } from '../../domain/plan/prune.ts'
import { prune, type Pruned } from '../../workflows/prune/prune.ts'
import { relayAfter } from '../alerts/after.ts'
import { type Call, type Command, EXIT } from '../command.ts'
import { platformEngine } from '../platform/app.ts'

export const pruneCommand: Command = {
  name: 'prune',
  summary: 'remove old images, evidence and clones that cc-ci brought; never a volume',
  usage: '[--dry-run]',
  options: { 'dry-run': { type: 'boolean', says: 'say what would go, and remove nothing' } },
  words: { least: 0, most: 0 },
  examples: ['cc-ci prune --dry-run', 'cc-ci prune --json'],
  async run(call) {
    const dryRun = call.flag('dry-run')
    const pruned = await pruneHost(call, { dryRun })
    if (call.json) call.io.out(JSON.stringify(pruned, null, 2))
    else for (const line of sayPruned(pruned)) call.io.out(line)
    if (!dryRun) await relayAfter(call)
    return troublesOf(pruned).length > 0 ? EXIT.infra : EXIT.pass
  },
}

/** Also for the doctor, who may be told to mend. */
export async function pruneHost({ services }: Pick<Call, 'services'>, { dryRun }: { dryRun: boolean }): Promise<Pruned> {
  const { settings } = services
  const engine = await platformEngine(services)
  return await prune(services.prunePorts(engine), { limits: settings.prune, apps: settings.platform.map(({ name }) => name), ownImages: Object.values(settings.images), needsEngine: settings.swarmConfigured, dryRun })
}

function troublesOf(pruned: Pruned): string[] {
  return pruned.is === 'busy' ? [] : pruned.is === 'planned' ? pruned.troubles : pruned.record.troubles
}

export function sayPruned(pruned: Pruned): string[] {
  switch (pruned.is) {
    case 'busy':
      return [`Another prune is under way (process ${pruned.with.pid}): nothing was done.`]
    case 'planned':
      return [...sayPlan(pruned), ...pruned.notes, ...pruned.troubles.map((trouble) => `NOT done: ${trouble}`)]
    case 'done': {
      const { images, evidence, sources, troubles } = pruned.record
      return [
        `images    ${images.removed === 0 ? 'none removed' : `${images.removed} removed, ${sayBytes(images.bytes)}`}${sayKept(pruned.plan)}`,
        `evidence  ${evidence.runs === 0 ? 'none removed' : `of ${counted(evidence.runs, 'run')} removed, ${sayBytes(evidence.bytes)}`}`,
        `clones    ${sources.removed === 0 ? 'none removed' : `${sources.removed} removed, ${sayBytes(sources.bytes)}`}`,
        ...pruned.notes,
        ...troubles.map((trouble) => `NOT done: ${trouble}`),
      ]
    }
  }
}

function sayPlan({ plan, troubles }: { plan: PrunePlan; troubles: readonly string[] }): string[] {
  return [
    ...plan.images.map(({ image, names }) => `image ${names[0] ?? image.id} would go, ${sayBytes(image.bytes)}`),
    ...plan.evidence.map(({ id, bytes }) => `the evidence of the run ${id} would go, ${sayBytes(bytes)}`),
    ...plan.sources.map(({ name, usedAt }) => `the clone ${name} would go, last opened ${sayMoment(usedAt)}`),
    ...(plan.images.length + plan.evidence.length + plan.sources.length === 0 ? [troubles.length === 0 ? 'Nothing would go.' : 'Of what could be looked at nothing would go.'] : []),
    ...(plan.imageBytes === null ? [] : [`images that cc-ci fetched: ${sayBytes(plan.imageBytes.now)}, afterwards ${sayBytes(plan.imageBytes.after)}${sayKept(plan)}`]),
  ]
}

const WHY: Record<KeptBecause, string> = { recent: 'within the budget', used: 'in use', kept: 'kept to go back to', pinned: 'pinned by a record', foreign: 'not ours', busy: 'perhaps needed now' }

function sayKept({ kept }: PrunePlan): string {
  const said = (Object.keys(WHY) as KeptBecause[]).flatMap((because) => (kept[because] ? [`${kept[because]} ${WHY[because]}`] : []))
  return said.length === 0 ? '' : `; stay: ${said.join(', ')}`
}

import { PULL_LIMIT, pullReason } from '../app/pull-reason.ts'
import type { Candidate, RunContext } from './context.ts'
import { stop } from './stopped.ts'
import type { Tier } from './tier.ts'

/** Fetches every image of one version before it is deployed, so that start time is start time and a pull limit is not a broken recipe (trap 34). */
export async function pullImages(context: RunContext, tier: Tier, candidate: Candidate): Promise<void> {
  const wanted = [...new Set(candidate.recipe.images.map((use) => use.image))].filter((image) => !context.images.has(image))
  if (wanted.length === 0) return
  await tier.step(`pull ${wanted.length === 1 ? wanted[0] : `${wanted.length} images`}`, { waitsFor: 'the registry', limitMs: PULL_LIMIT }, async (step) => {
    const signal = AbortSignal.any([tier.signal, AbortSignal.timeout(PULL_LIMIT)])
    for (const image of wanted) {
      step.waits(`the registry to hand over ${image}`)
      try {
        context.images.set(image, await context.ports.engine.pull(image, signal))
      } catch (error) {
        const reason = pullReason(image, error)
        if (reason) stop(reason)
        throw error
      }
    }
    step.note(wanted.map((image) => `${image} ${context.images.get(image)?.digest.slice(0, 19) ?? ''}`).join(', '))
  })
}

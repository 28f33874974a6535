import type { Commit, IgnoredTag, RecipeName, RecipeTree, Release } from '../domain/model/recipe.ts'

/**
 * Where recipes come from: a git URL, or a folder. Everything becomes a commit first, so that what is checked is what is deployed.
 *
 * Order: `open`, then any of the rest, on the opened source. At once: everything, also from several processes.
 * Nothing of the recipe is executed: no hooks, no filters, no submodules, links are not followed (trap 64).
 * A folder is: a git checkout (its changes that are not committed become a commit of their own, `dirty`), a folder of
 * version folders (`1.0.0+1.0.0/…`, each the whole recipe at that version; fixtures and the example have this form), or plain files.
 *
 * Errors: `not-found` (no such repository, folder, commit or ref), `unreachable`, `refused` (too large, bad path), `timeout` (also: `signal` was aborted
 * first, which holds of everything that is asked of the opened source).
 */
export interface Sources {
  open(where: string, signal?: AbortSignal): Promise<Source>
}

export interface Source {
  readonly name: RecipeName
  /** As given, made absolute. */
  readonly where: string
  /** The commit that `ref` names, or the head: pinned here, before anything is read (trap 44). */
  resolve(ref?: string): Promise<{ commit: Commit; dirty: boolean }>
  /** Annotated tags that are versions, ascending by the part before `+`. `ignored` names the tags that are none, and why. */
  releases(): Promise<{ releases: Release[]; ignored: IgnoredTag[] }>
  tree(commit: Commit): Promise<RecipeTree>
  /** Writes the commit's files into an empty or absent folder. Links that leave the folder are refused. */
  checkout(commit: Commit, folder: string): Promise<void>
}

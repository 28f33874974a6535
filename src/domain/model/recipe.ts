/** A recipe's short name: the last part of its repository's or folder's name, without `.git`. */
export type RecipeName = string

/** 40 hex digits. */
export type Commit = string

/** `x.y.z+app`: the recipe's own version before the `+`, the app's after it. The text as it stands in the tag. */
export type VersionText = string

export interface RecipeVersion {
  text: VersionText
  major: number
  minor: number
  patch: number
  /** What stands after the `+`; empty where there is none. */
  app: string
}

/** A tag that is taken for no version. `why`: one clause, `it is no version: it begins with a v`. */
export interface IgnoredTag {
  tag: string
  why: string
}

/** A published version: an annotated tag. Lightweight tags are no versions (abra R014). */
export interface Release {
  version: RecipeVersion
  commit: Commit
  /** When the tag was made, ms UTC; undefined where the source does not say. */
  at?: number
}

/**
 * The files of a recipe at one commit, as read; nothing has been judged yet.
 * Paths are relative to the recipe's folder, with `/`, and may not begin with `/` or hold `..`.
 */
export interface RecipeTree {
  files: ReadonlyMap<string, RecipeFile>
}

export type RecipeFile =
  | { kind: 'file'; bytes: Uint8Array; executable: boolean }
  /** Never followed while reading: `target` is the text of the link (trap 64). */
  | { kind: 'symlink'; target: string }

/** Decodes a file as UTF-8; undefined where it is absent or a link. */
export function textOf(tree: RecipeTree, path: string): string | undefined {
  const file = tree.files.get(path)
  return file?.kind === 'file' ? new TextDecoder('utf-8').decode(file.bytes) : undefined
}

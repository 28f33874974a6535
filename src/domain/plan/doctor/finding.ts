/** One thing that the doctor looked at. */
export interface Finding {
  about: string
  /** `note`: worth knowing, and nothing has to be done. */
  state: 'good' | 'note' | 'trouble'
  says: string
  /** What to do about it; a command where there is one. */
  mend?: string
  /** It can be mended by itself, without asking: see {@link Fix}. */
  fix?: Fix
}

/**
 * What `doctor --fix` does by itself: nothing of it stops an app, takes data, or cannot be done twice. `clean-runs`: what dead runs left is torn down. `prune`: cc-ci's own
 * prune. `make-state-folder`. `load-ipvs`: a module of the kernel, where we are root.
 */
export type Fix = 'clean-runs' | 'prune' | 'make-state-folder' | 'load-ipvs'

/** One thing that the doctor looked at. */
export interface Finding {
  about: string
  state: 'good' | 'note' | 'trouble'
  says: string
  /** What to do about it; a command where there is one. */
  mend?: string
}

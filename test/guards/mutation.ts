/** A guard taken out by one small change, and the test that has to notice. */
export interface Mutation {
  /** `T35`, as in the test's title. */
  trap: string
  /** The source that is changed, from the checkout's root. */
  file: string
  /** Stands in it exactly once. */
  find: string
  replace: string
  test: {
    /** From the checkout's root. */
    file: string
    /** Stands in the name of at least one of its tests, and only those are run. */
    pattern: string
  }
}

import type { HubAnswer } from '../domain/plan/doctor/pulls.ts'

/**
 * What a doctor asks of this machine, and of what it leans on out there. Every question ends by itself within some seconds; what cannot be known is undefined and
 * never an error: that nobody answered is an answer.
 */
export interface Vitals {
  /** Whether a time server keeps the time of day. */
  timeIsKept(): Promise<boolean | undefined>
  /** Where a name leads; empty: nowhere. */
  addressesOf(name: string): Promise<string[] | undefined>
  /** Of this machine's interfaces. */
  ownAddresses(): string[]
  /** Asks Docker Hub without fetching anything. `skewMs`: how far our clock is ahead of its. */
  askHub(login: { username: string; password: string } | undefined): Promise<(HubAnswer & { skewMs: number | undefined }) | undefined>
  /** Units of systemd that failed when they last ran; empty where there is no systemd. */
  failedUnits(): Promise<string[]>
  /** Loads a module of the kernel; a sentence where that did not do. */
  loadModule(name: string): Promise<string | undefined>
}

/**
 * Secrets that we made, kept from the moment before they are made: an engine does not give them back (invariant 15).
 *
 * `put` returns once the value is on disk, encrypted; the engine's own secret is made after that. What was put is never changed: another value under the
 * same name is a `conflict` (trap 66). Errors: `conflict`, `refused`, `unexpected` (damaged, or the key is gone: said with file and mend).
 */
export interface SecretStore {
  get(app: string, name: string): Promise<string | undefined>
  put(app: string, name: string, value: string): Promise<void>
  /** All of an app's secrets as they are on disk, to travel with its snapshot; null where there are none. Of no use without the host's key. */
  sealed(app: string): Promise<Uint8Array | null>
}

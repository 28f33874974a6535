import type { Delivery } from '../domain/model/alert.ts'

/**
 * How far each alert has come on its way to the channels.
 *
 * Order: whoever writes holds the lock of the relay; reading needs none. `write` returns once the record is on disk and would survive a power cut:
 * a message is sent after its beginning was written, and what came of it is written after that.
 * Safe to repeat: `write` and `archive`, also after a crash.
 * Errors: `refused` (this user may not write there), `unexpected` (the disk is full).
 */
export interface Deliveries {
  /** Those at which something may still be due. What cannot be read is named, and kept aside under another name when its alert is written anew. */
  pending(): Promise<{ records: Delivery[]; damaged: string[] }>
  write(record: Delivery): Promise<void>
  /** Nothing will ever be due at it again. */
  archive(record: Delivery): Promise<void>
  archived(): Promise<{ records: Delivery[]; damaged: string[] }>
}

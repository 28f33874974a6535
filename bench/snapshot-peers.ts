/**
 * Who saves and brings back folders, as shell commands. In them LIVE is the folder, STORE an empty folder of the peer's own, OUT an empty one to restore
 * into. What is made counts only when it is on the disk: a `sync` of the file system is part of each time.
 */
export interface Peer {
  name: string
  /** Not timed: what a repository needs to be there at all. */
  prepare?: string
  first: string
  second?: string
  /** Reads back and compares what `second` made; together with `first` the work that ours does. */
  verify?: string
  /** LIVE is made what the second snapshot has. */
  restore?: string
  /** The same, and every byte is compared. */
  restoreBytes?: string
  /** Into OUT, from the first where there is no second. */
  empty?: string
}

/** `ours`: the command that runs one call of ours as a process. */
export function peersOf(ours: string): Peer[] {
  return [
    { name: 'ours', first: `${ours} take STORE LIVE`, second: `${ours} take STORE LIVE`, verify: `${ours} verify STORE LIVE`, restore: `${ours} restore STORE LIVE`, restoreBytes: `${ours} restore-bytes STORE LIVE`, empty: `${ours} restore STORE OUT` },
    { name: 'tar', first: 'tar --listed-incremental=STORE/list -cf STORE/1.tar -C LIVE .', second: 'tar --listed-incremental=STORE/list -cf STORE/2.tar -C LIVE .', empty: 'tar -xf STORE/1.tar -C OUT' },
    { name: 'cp -a', first: 'cp -a LIVE STORE/1', empty: 'cp -a STORE/1/. OUT' },
    { name: 'rsync', first: 'rsync -aHAX LIVE/ STORE/1/', second: 'rsync -aHAX --link-dest=../1 LIVE/ STORE/2/', verify: 'rsync -aHAXnc LIVE/ STORE/2/', restore: 'rsync -aHAX --delete STORE/2/ LIVE/', restoreBytes: 'rsync -aHAXc --delete STORE/2/ LIVE/', empty: 'rsync -aHAX STORE/1/ OUT/' },
    { name: 'restic', prepare: 'restic -q -r STORE/r init', first: 'restic -q -r STORE/r backup LIVE', second: 'restic -q -r STORE/r backup LIVE', verify: 'restic -q -r STORE/r check --read-data', empty: 'restic -q -r STORE/r restore latest --target OUT' },
    { name: 'borg', prepare: 'borg init -e none STORE/r', first: 'borg create STORE/r::1 LIVE', second: 'borg create STORE/r::2 LIVE', verify: 'borg check --verify-data STORE/r', empty: 'cd OUT && borg extract STORE/r::2' },
  ]
}

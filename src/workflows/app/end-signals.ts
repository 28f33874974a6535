/** What ends long work from outside. `cancel`: end, tear down. `abandon`: stop even the teardown; the record stays for a later command. */
export interface EndSignals {
  cancel: AbortSignal
  abandon: AbortSignal
}

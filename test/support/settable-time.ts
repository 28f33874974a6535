/** Loaded before the command line (`node --import`): SIGUSR2 sets the time of day back by an hour, as `date -s` would; the monotonic clock goes on. */
const now = Date.now
let ahead = 0

Date.now = () => now() + ahead
process.on('SIGUSR2', () => {
  ahead -= 3_600_000
})

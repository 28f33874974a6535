import type { Command } from './command.ts'

/** A command by its name. It is loaded when it is asked for: all of them together take longer to load than most of them to run. */
export interface Listed {
  name: string
  load(): Promise<Command>
}

/** Every command, in the order of the help. */
export const commands: readonly Listed[] = [
  { name: 'try', load: async () => (await import('./run/try.ts')).tryIt },
  { name: 'run', load: async () => (await import('./run/run.ts')).run },
  { name: 'recipe check', load: async () => (await import('./recipe/check.ts')).recipeCheck },
  { name: 'recipe show', load: async () => (await import('./recipe/show.ts')).recipeShow },
  { name: 'runs list', load: async () => (await import('./runs/list.ts')).runsList },
  { name: 'runs show', load: async () => (await import('./runs/show.ts')).runsShow },
  { name: 'runs watch', load: async () => (await import('./runs/watch.ts')).runsWatch },
  { name: 'runs cancel', load: async () => (await import('./runs/cancel.ts')).runsCancel },
  { name: 'runs clean', load: async () => (await import('./runs/clean.ts')).runsClean },
  { name: 'platform status', load: async () => (await import('./platform/status.ts')).platformStatus },
  { name: 'platform reconcile', load: async () => (await import('./platform/reconcile.ts')).platformReconcile },
  { name: 'platform approve', load: async () => (await import('./platform/approve.ts')).platformApprove },
  { name: 'platform restored', load: async () => (await import('./platform/restored.ts')).platformRestored },
  { name: 'platform history', load: async () => (await import('./platform/history.ts')).platformHistory },
  { name: 'boot check', load: async () => (await import('./boot/check.ts')).bootCheck },
  { name: 'boot order', load: async () => (await import('./boot/order.ts')).bootOrder },
  { name: 'boot render', load: async () => (await import('./boot/render.ts')).bootRender },
  { name: 'boot up', load: async () => (await import('./boot/up.ts')).bootUp },
  { name: 'boot down', load: async () => (await import('./boot/down.ts')).bootDown },
  { name: 'boot prove', load: async () => (await import('./boot/prove.ts')).bootProve },
  { name: 'server', load: async () => (await import('./server/server.ts')).server },
  { name: 'host install', load: async () => (await import('./host/install.ts')).hostInstall },
  { name: 'host remove', load: async () => (await import('./host/remove.ts')).hostRemove },
  { name: 'network status', load: async () => (await import('./network/status.ts')).networkStatus },
  { name: 'network migrate', load: async () => (await import('./network/migrate.ts')).networkMigrate },
  { name: 'alerts list', load: async () => (await import('./alerts/list.ts')).alertsList },
  { name: 'alerts relay', load: async () => (await import('./alerts/relay.ts')).alertsRelay },
  { name: 'alerts ack', load: async () => (await import('./alerts/ack.ts')).alertsAck },
  { name: 'prune', load: async () => (await import('./operate/prune.ts')).pruneCommand },
  { name: 'doctor', load: async () => (await import('./operate/doctor.ts')).doctor },
  { name: 'settings check', load: async () => (await import('./operate/settings-check.ts')).settingsCheck },
  { name: 'settings example', load: async () => (await import('./operate/settings-example.ts')).settingsExample },
  { name: 'settings schema', load: async () => (await import('./operate/settings-schema.ts')).settingsSchema },
]

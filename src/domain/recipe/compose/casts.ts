import { LONGEST_NUMBER } from './duration.ts'

type Cast = 'whole number' | 'number' | 'true or false'

/**
 * Where a variable's text becomes a number or a flag, as in docker/cli cli/compose/loader/interpolate.go: only these, and only where a variable
 * changed the text. `*` is any key, `[]` any item of a list.
 */
const CASTS = new Map<string, Cast>([
  ...paths('services.*', {
    'configs.[].mode': 'whole number',
    'secrets.[].mode': 'whole number',
    'healthcheck.retries': 'whole number',
    'healthcheck.disable': 'true or false',
    'deploy.replicas': 'whole number',
    'deploy.update_config.parallelism': 'whole number',
    'deploy.update_config.max_failure_ratio': 'number',
    'deploy.rollback_config.parallelism': 'whole number',
    'deploy.rollback_config.max_failure_ratio': 'number',
    'deploy.restart_policy.max_attempts': 'whole number',
    'deploy.placement.max_replicas_per_node': 'whole number',
    'ports.[].target': 'whole number',
    'ports.[].published': 'whole number',
    'ulimits.*': 'whole number',
    'ulimits.*.hard': 'whole number',
    'ulimits.*.soft': 'whole number',
    privileged: 'true or false',
    oom_score_adj: 'whole number',
    read_only: 'true or false',
    stdin_open: 'true or false',
    tty: 'true or false',
    'volumes.[].read_only': 'true or false',
    'volumes.[].volume.nocopy': 'true or false',
  }),
  ...paths('networks.*', { external: 'true or false', internal: 'true or false', attachable: 'true or false' }),
  ...paths('volumes.*', { external: 'true or false' }),
  ...paths('secrets.*', { external: 'true or false' }),
  ...paths('configs.*', { external: 'true or false' }),
])

function paths(prefix: string, casts: Record<string, Cast>): Array<[string, Cast]> {
  return Object.entries(casts).map(([path, cast]) => [`${prefix}.${path}`, cast])
}

/** The cast for a path of keys (`[]` for items). A key with a dot in it is found by nobody: so it is in Docker. */
export function castAt(path: readonly string[]): Cast | undefined {
  const parts = path.length < 2 ? [...path] : path.join('.').split('.')
  if (parts.length < 3) return undefined
  parts[1] = '*'
  const exact = CASTS.get(parts.join('.'))
  if (exact || parts[2] !== 'ulimits' || parts.length < 4) return exact
  parts[3] = '*'
  return CASTS.get(parts.join('.'))
}

export function applyCast(cast: Cast, text: string): number | boolean | undefined {
  if (text.length > LONGEST_NUMBER) return undefined
  switch (cast) {
    case 'whole number':
      return /^[-+]?[0-9]+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined
    case 'number':
      return /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/.test(text) ? Number(text) : undefined
    case 'true or false':
      if (/^(y|yes|true|on)$/i.test(text)) return true
      return /^(n|no|false|off)$/i.test(text) ? false : undefined
  }
}

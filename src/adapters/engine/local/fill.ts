import { PLACEHOLDER } from '../../../domain/recipe/local-program.ts'
import { PortError } from '../../../ports/port-error.ts'

/** What the placeholders of one service stand for. */
export interface Fillings {
  volumes: Record<string, string>
  secrets: Record<string, string>
  configs: Record<string, string>
  /** Own port under the service's own name. */
  ports: Record<string, number>
  service: string
}

/** Fills `{volumes.NAME}`, `{secrets.NAME}`, `{configs.NAME}`, `{port}` and `{port.SERVICE}`; other braces stay as they are. */
export function fill(text: string, given: Fillings): string {
  return text.replace(PLACEHOLDER, (placeholder, kind: 'volumes' | 'secrets' | 'configs' | 'port', name: string | undefined) => {
    const known: Record<string, string | number> = kind === 'port' ? given.ports : given[kind]
    const value = kind === 'port' ? known[name ?? given.service] : name === undefined ? undefined : known[name]
    if (value !== undefined) return String(value)
    const names = Object.keys(known).join(', ') || 'none'
    const has = kind === 'port' ? `services with a port: ${names}` : `service ${given.service} is given these ${kind}: ${names}`
    throw new PortError('refused', `service ${given.service}: nothing stands for ${placeholder}; ${has}`)
  })
}

import { readEnvFile } from './env-file.ts'
import type { LongForm } from './field-type.ts'
import { type Dict, isDict, type Origin } from './origins.ts'
import { fromRecipe, staysInside } from './recipe-path.ts'
import { serviceType } from './service-type.ts'

export interface ServiceLoad extends LongForm {
  readFile: ((path: string) => string | undefined) | undefined
}

/**
 * One service of one file in its long form. Its environment is complete after this: `env_file` first, then `environment`; what is empty or null
 * in either takes the value that the environment has for it, as Docker has it.
 */
export function loadService(services: Dict, name: string, given: ServiceLoad): Dict | undefined {
  const service = serviceType.long(services, name, given)
  if (!isDict(service)) return undefined
  const environment: Dict = {}
  for (const { key, value, origin } of fromEnvFiles(service, given)) put(environment, key, value, origin, given)
  const own = service.environment
  if (isDict(own)) for (const key of Object.keys(own)) put(environment, key, own[key] as string | null, given.origins.of(own, key), given)
  given.origins.put(service, 'environment', environment, given.origins.of(service, 'environment') ?? given.origins.of(service, 'env_file'))
  return service
}

function put(environment: Dict, key: string, value: string | null, origin: Origin | undefined, given: ServiceLoad): void {
  const outside = Object.hasOwn(given.env, key) ? given.env[key] : undefined
  given.origins.put(environment, key, value || (outside ?? value), origin)
}

function fromEnvFiles(service: Dict, given: ServiceLoad): Array<{ key: string; value: string; origin: Origin }> {
  const files = service.env_file
  if (!Array.isArray(files) || !given.readFile) return []
  return files.flatMap((file: string, index) => {
    const path = fromRecipe(file)
    if (!staysInside(path)) return []
    const text = given.readFile?.(path)
    const at = given.origins.of(files, index)
    if (text === undefined) {
      if (at) given.problems.error('compose/missing-file', at.value, `The recipe has no file \`${file}\`.`, 'Add the file, or correct its name.')
      return []
    }
    return readEnvFile(path, text, given.env, given.problems).map(({ name, value, place }) => ({ key: name, value, origin: { key: place, value: place } }))
  })
}

import type { App } from '../model/app.ts'
import type { ReadRecipe } from '../model/read-recipe.ts'
import type { Stack } from '../model/stack.ts'

/**
 * The stack as abra would deploy it: all of the app's settings in the environment of the service `app`, the recipe as
 * `name:version` among them, and abra's own labels.
 */
export function prepareStack(given: { recipe: ReadRecipe; app: App; release: string | null; chaos: boolean }): Stack {
  const { recipe, app } = given
  const version = given.release ?? recipe.commit.slice(0, 8)
  const stack = structuredClone(recipe.stack)
  const service = stack.services.app
  if (!service) return stack
  const settings = { ...recipe.env, RECIPE: `${recipe.name}:${version}`, TYPE: `${recipe.name}:${version}` }
  // What the compose file says wins: abra only adds.
  service.environment = { ...settings, ...service.environment }
  const label = (name: string) => `coop-cloud.${app.stack}.${name}`
  service.deploy = {
    ...service.deploy,
    labels: {
      ...service.deploy?.labels,
      [label('recipe')]: recipe.name,
      [label('chaos')]: String(given.chaos),
      ...(given.chaos ? { [label('chaos-version')]: recipe.commit.slice(0, 8) } : { [label('version')]: version }),
    },
  }
  return stack
}

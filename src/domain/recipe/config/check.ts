import { nearest } from '../../../lib/nearest.ts'
import type { Problem } from '../../model/problem.ts'
import type { RecipeTree } from '../../model/recipe.ts'
import type { Action } from '../../model/recipe-config.ts'
import type { Stack } from '../../model/stack.ts'
import { Problems } from '../compose/problems.ts'
import { followPath } from '../reach/tree-path.ts'
import type { ConfigReading } from './read.ts'

/** What fits the definition and yet leads nowhere in this recipe: programs, services, secrets and volumes that are not there. */
export function checkConfig({ reading, tree, stack, ours }: { reading: ConfigReading; tree: RecipeTree; stack: Stack; /** Variables that nobody but us sets. */ ours: readonly string[] }): Problem[] {
  const problems = new Problems()
  const { config, placeOf } = reading
  const known = (kind: string, name: string, names: string[], path: Array<string | number>, severity: Problem['severity'] = 'error'): void => {
    if (names.includes(name)) return
    const close = nearest(name, names)
    problems[severity](`config/no-such-${kind}`, placeOf(path), `The recipe has no ${kind} \`${name}\`.`, close ? `Write \`${close}\`.` : names.length > 0 ? `It has ${names.join(', ')}.` : `It has no ${kind} at all.`)
  }
  const services = Object.keys(stack.services)
  const action = (what: Action, path: Array<string | number>): void => {
    if (what.do === 'exec') known('service', what.service, services, [...path, 'service'])
  }
  for (const [index, each] of config.data.entries()) {
    action(each.write, ['data', index, 'write'])
    action(each.read, ['data', index, 'read'])
    if (!JSON.stringify(each.write).includes('{{marker}}')) problems.error('config/no-marker', placeOf(['data', index, 'write']), `\`${each.name}\` is written without \`{{marker}}\`: nothing new is ever written.`, 'Put `{{marker}}` where the text goes.')
    if (!JSON.stringify(each.read).includes('{{marker}}')) problems.error('config/no-marker', placeOf(['data', index, 'read']), `\`${each.name}\` is read without \`{{marker}}\`: old data would pass for new.`, 'Expect `contains: "{{marker}}"`.')
  }
  if (config.needs.length > 0) {
    problems.error('config/needs', placeOf(['needs']), `The recipe needs ${config.needs.join(', ')}, and cc-ci does not set up other recipes yet: a run would prove nothing of what they do together.`, 'Take `needs` out to test the recipe alone.')
  }
  for (const [index, each] of config.setup.entries()) action(each, ['setup', index])
  for (const [index, check] of config.checks.entries()) {
    if (check.kind !== 'program') continue
    const place = placeOf(['checks', index, 'run'])
    const followed = followPath(tree, check.run)
    const file = followed.leads === 'file' ? tree.files.get(followed.path) : undefined
    if (file?.kind !== 'file') problems.error('config/no-such-file', place, `The recipe has no file \`${check.run}\`.`, 'Add it, or correct its path, which begins at the recipe\'s folder.')
    else if (!file.executable) problems.error('config/not-executable', place, `\`${check.run}\` is not executable.`, `Say \`git update-index --chmod=+x ${check.run}\`, and begin it with \`#!\`.`)
  }
  for (const key of Object.keys(config.secrets)) known('secret', key, Object.keys(stack.secrets), ['secrets', key], 'warning')
  for (const key of Object.keys(config.notBackedUp)) known('volume', key, Object.keys(stack.volumes), ['notBackedUp', key], 'warning')
  for (const name of Object.keys(config.env).filter((each) => ours.includes(each))) {
    problems.warning('config/env-ours', placeOf(['env', name]), `\`${name}\` is set for each run by cc-ci; what stands here is not used.`, 'Take it out.')
  }
  return problems.list
}

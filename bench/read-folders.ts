/** `node read-folders.ts FOLDER…`: reads recipes and prints service → image of each, as JSON. The part of the bench `read` that is measured. */
import { hasErrors } from '../src/domain/model/problem.ts'
import { readFolder } from './read-folder.ts'

const images = process.argv.slice(2).map((folder) => {
  const { stack, problems } = readFolder(folder)
  if (hasErrors(problems)) throw new Error(`${folder}: ${problems.map(({ message }) => message).join(' ')}`)
  return Object.fromEntries(Object.entries(stack.services).map(([name, { image }]) => [name, image]).toSorted())
})
process.stdout.write(JSON.stringify(images))

/** A reporter of node:test that writes what happened as JSON lines, while it happens: a file that is killed has said how far it came. */

export type TestEvent =
  | { type: 'start', id: number }
  | { type: 'end', id: number, outcome: 'passed' | 'failed' | 'skipped', because?: string, onlyParts: boolean, suite: boolean }
  | { type: 'name', id: number, name: string }

interface NodeEvent {
  type: string
  data: {
    name: string
    testId: number
    parentId: number
    skip?: string | boolean
    todo?: string | boolean
    details?: { type?: string, error?: { failureType?: string } }
  }
}

export default async function* report(source: AsyncIterable<NodeEvent>): AsyncGenerator<string> {
  const names = new Map<number, string>()
  for await (const { type, data } of source) {
    if (type === 'test:dequeue') {
      const parent = names.get(data.parentId)
      const name = parent ? `${parent} › ${data.name}` : data.name
      names.set(data.testId, name)
      yield line({ type: 'name', id: data.testId, name })
      yield line({ type: 'start', id: data.testId })
    } else if (type === 'test:pass' || type === 'test:fail') {
      const left = data.skip ?? data.todo
      yield line({
        type: 'end',
        id: data.testId,
        outcome: left !== undefined && left !== false ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed',
        ...(typeof left === 'string' && left ? { because: left } : {}),
        onlyParts: data.details?.error?.failureType === 'subtestsFailed',
        suite: data.details?.type === 'suite',
      })
    }
  }
}

function line(event: TestEvent): string {
  return `${JSON.stringify(event)}\n`
}

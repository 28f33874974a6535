import type { ApiNode, ApiService } from './api.ts'

/** How many tasks of a service should run now. */
export function wantedTasks(service: ApiService, nodes: ApiNode[]): number {
  const mode = service.Spec.Mode ?? {}
  if (mode.Replicated) return mode.Replicated.Replicas ?? 1
  if (mode.ReplicatedJob) return mode.ReplicatedJob.TotalCompletions ?? 1
  if (mode.Global || mode.GlobalJob) return nodes.filter((node) => takes(node, service.Spec.TaskTemplate.Placement?.Constraints ?? [])).length
  return 1
}

/** Whether a node takes a global service's task. A constraint that we cannot read is taken as met: the engine will say otherwise. */
function takes(node: ApiNode, constraints: string[]): boolean {
  if (node.Status.State !== 'ready' || node.Spec.Availability !== 'active') return false
  return constraints.every((constraint) => {
    const [, key, operator, wanted] = constraint.match(/^\s*([\w.-]+)\s*(==|!=)\s*(.*?)\s*$/) ?? []
    if (key === undefined || wanted === undefined) return true
    const value = attributeOf(node, key)
    if (value === undefined && !key.startsWith('node.labels.')) return true
    const same = value?.toLowerCase() === wanted.toLowerCase()
    return operator === '==' ? same : !same
  })
}

function attributeOf(node: ApiNode, key: string): string | undefined {
  if (key.startsWith('node.labels.')) return node.Spec.Labels?.[key.slice('node.labels.'.length)]
  return {
    'node.id': node.ID,
    'node.hostname': node.Description?.Hostname,
    'node.role': node.Spec.Role,
    'node.platform.os': node.Description?.Platform?.OS,
    'node.platform.arch': node.Description?.Platform?.Architecture,
  }[key]
}

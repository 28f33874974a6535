import type { Problem } from '../model/problem.ts'
import type { VersionText } from '../model/recipe.ts'
import type { LabelInput } from './backup-labels.ts'
import { Problems } from './compose/problems.ts'
import { isVersion, parseVersion } from './version.ts'

export interface CoopLabels {
  /** `coop-cloud.<stack>.version`; null where absent or no version. */
  versionLabel: VersionText | null
  /** `coop-cloud.<stack>.timeout`, from seconds. */
  timeoutMs: number | null
  /** There are labels of Co-op Cloud at all. */
  any: boolean
  problems: Problem[]
}

/** The labels that abra reads and writes. The service `app` speaks first. */
export function readCoopLabels({ stack, placeOf, stackName }: LabelInput & { stackName: string }): CoopLabels {
  const problems = new Problems()
  const result: CoopLabels = { versionLabel: null, timeoutMs: null, any: false, problems: problems.list }
  let version: { text: string; service: string } | undefined
  const services = Object.keys(stack.services).sort((a, b) => Number(b === 'app') - Number(a === 'app'))
  for (const service of services) {
    const { labels, deploy } = stack.services[service]!
    const at = (label: string) => placeOf(['services', service, 'deploy', 'labels', label])
    for (const label of Object.keys(labels ?? {}).filter((each) => each.startsWith('coop-cloud.'))) {
      result.any = true
      problems.warning('version/labels-not-deployed', placeOf(['services', service, 'labels', label]), `\`${label}\` stands under \`labels\`, where abra does not look.`, 'Move it under `deploy.labels`.')
    }
    for (const [label, value] of Object.entries(deploy?.labels ?? {})) {
      if (!label.startsWith('coop-cloud.')) continue
      result.any = true
      if (label === `coop-cloud.${stackName}.version`) {
        const parsed = parseVersion(value.trim())
        if (version !== undefined && version.text !== value.trim()) problems.warning('version/label', at(label), `\`${service}\` says version \`${value}\` and \`${version.service}\` says \`${version.text}\`.`, 'Keep the label on one service.')
        version ??= { text: value.trim(), service }
        if (!isVersion(parsed)) problems.warning('version/label', at(label), `The label \`${value}\` is no version: ${parsed.why}.`, 'Write `x.y.z+` and the app\'s version, or say `abra recipe sync`.')
        else result.versionLabel ??= parsed.text
      } else if (label === `coop-cloud.${stackName}.timeout`) {
        const seconds = /^\d{1,6}$/.test(value.trim()) ? Number(value) : 0
        if (seconds > 0) result.timeoutMs ??= seconds * 1000
        else problems.warning('version/timeout', at(label), `The timeout \`${value}\` is no number of seconds.`, 'Write for instance `${TIMEOUT:-120}`.')
      } else if (/^coop-cloud\..+\.[^.]+\.version$/.test(label) && !label.startsWith(`coop-cloud.${stackName}.version`)) {
        problems.warning('version/label', at(label), `\`${label}\` is the form from before 2022 or names another stack: abra does not read it.`, 'Write `coop-cloud.${STACK_NAME}.version=x.y.z+app` on the service `app`.')
      }
    }
  }
  return result
}

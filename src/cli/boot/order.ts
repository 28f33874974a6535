import { analyse } from '../../domain/boot/analyse.ts'
import { scheduleOf } from '../../domain/boot/schedule.ts'
import { hasErrors } from '../../domain/model/problem.ts'
import { renderOrder } from '../../domain/report/boot/order.ts'
import { renderOrderPage } from '../../domain/report/boot/order-page.ts'
import { renderProblems } from '../../domain/report/problems.ts'
import { type Command, EXIT, UsageError } from '../command.ts'
import { filePlace } from '../places.ts'
import { BOOT_OPTIONS, readBoot } from './read-boot.ts'

export const bootOrder: Command = {
  name: 'boot order',
  summary: 'when each unit begins, how long the boot takes, what to speed up first',
  usage: '[FOLDER | FILE] [--probes FILE]… [--page FILE]',
  options: { ...BOOT_OPTIONS, page: { type: 'string', value: 'FILE', says: 'write it as a page with a picture' } },
  words: { least: 0, most: 1 },
  examples: ['cc-ci boot order', 'cc-ci boot order ./units --page boot.html'],
  async run(call) {
    const page = filePlace(call, 'page')
    const { graph, problems, from } = await readBoot(call)
    if (hasErrors(problems)) {
      call.io.err(renderProblems(problems))
      return EXIT.usage
    }
    const { findings } = analyse(graph)
    if (findings.length > 0) throw new UsageError(`This boot has ${findings.length === 1 ? 'a fault' : `${findings.length} faults`}, and no order that could be told: see cc-ci boot check${call.words[0] === undefined ? '' : ` ${call.words[0]}`}.`)
    const schedule = scheduleOf(graph)
    call.io.out(call.json ? JSON.stringify(schedule, null, 2) : renderOrder(schedule))
    await page?.write(renderOrderPage(schedule, from))
    return EXIT.pass
  },
}

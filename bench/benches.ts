import type { Bench } from './bench.ts'
import { boot } from './boot.ts'
import { bootCheck } from './boot-check.ts'
import { crash } from './crash.ts'
import { deploy } from './deploy.ts'
import { overhead } from './overhead.ts'
import { read } from './read.ts'
import { redeploy } from './redeploy.ts'
import { reconcile } from './reconcile.ts'
import { remove } from './remove.ts'
import { upgrade } from './upgrade.ts'

export const BENCHES: readonly Bench[] = [deploy, upgrade, crash, remove, redeploy, overhead, read, reconcile, bootCheck, boot]

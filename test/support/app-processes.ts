import { readdir, readFile } from 'node:fs/promises'

/** Programs of apps that run on a state folder: their environment says so, whatever their command line is. */
export async function appProcesses(state: string): Promise<Array<{ pid: number; environment: string }>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const all = await Promise.all(pids.map(async (pid) => ({ pid: Number(pid), environment: await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '') })))
  return all.filter(({ environment }) => environment.includes(`${state}/`) && /(^|\0)CC_CI_RUN=/.test(environment))
}

import type { Finding } from '../../../domain/plan/doctor/finding.ts'
import { sayListen } from '../../../domain/model/server.ts'
import { askServer } from '../../../workflows/boot/server-unit.ts'
import type { Call } from '../../command.ts'

/** Whether the server of this host answers, and is of this version. Nothing where there is to be none. */
export async function serverFindings({ services: { serverPorts, wantedServer, version } }: Call): Promise<Finding[]> {
  if (!wantedServer) return []
  const where = sayListen(wantedServer.server.listen)
  const seen = await askServer(serverPorts, wantedServer)
  if (seen.is === 'ours' && seen.version === version) return [{ about: 'server', state: 'good', says: `answers at ${where}` }]
  const says = seen.is === 'ours' ? `at ${where} one of version ${seen.version} answers` : seen.is === 'nobody' ? `nobody answers at ${where}: ${seen.says}` : `${seen.says} answers at ${where}`
  return [{ about: 'server', state: 'trouble', says, mend: seen.is === 'somebody-else' ? 'end that, or give the server another address: server.listen in the settings' : 'cc-ci boot up --only server; on a host with systemd: systemctl restart cc-ci-server' }]
}

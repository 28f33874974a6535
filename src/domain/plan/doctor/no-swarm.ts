/** Why nobody can work with the Swarm. `no-answer`: nothing answers at its address. `no-swarm`: an engine does, and is no manager of one. */
export interface NoSwarm {
  because: 'no-answer' | 'no-swarm' | 'other'
  /** `unix:///var/run/docker.sock` */
  address: string
  /** Whether Docker's client is on this machine. */
  hasDocker: boolean
}

/** What an engine of this machine answers at where nobody says otherwise. */
const OWN = 'unix:///var/run/docker.sock'

/** The next thing to do; undefined: the engine's own words say more than we know. */
export function mendNoSwarm({ because, address, hasDocker }: NoSwarm): string | undefined {
  switch (because) {
    case 'no-swarm':
      return address === OWN ? 'docker swarm init' : `docker --host ${address} swarm init`
    case 'no-answer':
      if (address !== OWN) return `start the engine at ${address}, or name another: docker.host in the settings, or DOCKER_HOST`
      return hasDocker ? 'systemctl start docker; cc-ci has to run as root, or in the group docker' : 'install Docker, then: docker swarm init'
    case 'other':
      return undefined
  }
}

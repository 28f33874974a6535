import type { Part } from './part.ts'
import { authority } from './parts/authority.ts'
import { client } from './parts/client.ts'
import { engine } from './parts/engine.ts'
import { imageParts, images } from './parts/images.ts'
import { maven, nix, packages } from './parts/packages.ts'
import { privateRegistry, registry } from './parts/registry.ts'
import { repositories } from './parts/repositories.ts'
import { settings } from './parts/settings.ts'
import { swarm } from './parts/swarm.ts'
import { synapse } from './parts/synapse.ts'
import { traefik } from './parts/traefik.ts'

/** All parts, in the order in which they come up. */
export const parts: Part[] = [packages, maven, nix, client, registry, privateRegistry, engine, swarm, authority, settings, repositories, ...imageParts, images, traefik, synapse]

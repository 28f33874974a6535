import type { Part } from './part.ts'
import { client } from './parts/client.ts'
import { engine } from './parts/engine.ts'
import { imageParts, images } from './parts/images.ts'
import { packages } from './parts/packages.ts'
import { privateRegistry, registry } from './parts/registry.ts'
import { swarm } from './parts/swarm.ts'

/** All parts, in the order in which they come up. */
export const parts: Part[] = [packages, client, registry, privateRegistry, engine, swarm, ...imageParts, images]

/** What a random program is made of. */
import type { Steps } from '../../src-core/sched/driven.ts'
import type { World } from './world.ts'

/** How often, and what: a few calls that are legal whatever came before. */
export type Action = readonly [weight: number, act: (w: World) => Steps<void>]

/** Lists of the kernel that a freed object may still be on. */

import type ts from 'typescript'
import { born, nameOf } from './access.ts'
import type { Core } from './core.ts'
import type { Memory } from './memory.ts'

/** Memory is freed while a node in it is on a list. */
export function judgeLists(core: Core, memory: Memory, node: ts.Node): void {
  if (memory.lists.size === 0) return
  core.world.raise('lru-state-mismatch', node, `${nameOf(memory)} is freed while it is on an LRU list`, {
    memory,
    notes: born(memory),
  })
}

/** Rights that a free leaves behind: mappings that still reach the memory. */

import type ts from 'typescript'
import { born, nameOf } from './access.ts'
import type { Core } from './core.ts'
import { judgeTable } from './natives-gpu.ts'
import { judgeLists } from './lists.ts'
import type { Mapping, Memory } from './memory.ts'

const LEFT_CODES: Readonly<Record<Mapping['kind'], string>> = {
  kmap: 'freed-while-reachable',
  dma: 'dma-free-while-mapped',
  sg: 'sg-outlives-pages',
  vmap: 'vmap-backing-freed',
  pte: 'free-while-mapped',
  'pfn-pte': 'pfn-pte-without-lifetime',
}

const LEFT_WORDS: Readonly<Record<Mapping['kind'], string>> = {
  kmap: 'a kmap of it',
  dma: 'a DMA mapping of it',
  sg: 'a DMA mapping of its pages',
  vmap: 'a vmap area over it',
  pte: 'a page table entry of it',
  'pfn-pte': 'a page table entry without reference',
}

/** Memory (or one page of it) goes back: what still reaches it is a mistake of this free. */
export function rightsLeft(core: Core, memory: Memory, page: number | null, node: ts.Node, by: string): void {
  judgeLists(core, memory, node)
  judgeTable(core, memory, node)
  for (const mapping of memory.mappings) {
    if (mapping.ended !== null || mapping.lost || mapping.direction === 'coherent') continue
    if (page !== null && mapping.page !== page && mapping.size === null) continue
    if (mapping.kind === 'kmap') {
      // Unmapped later: the free is the mistake. Never unmapped: the kmap is.
      if (mapping.freedUnder === null && !memory.blamed) mapping.freedUnder = core.world.ending(node, by)
      memory.blamed = true
      continue
    }
    mapping.freedUnder ??= core.world.ending(node, by)
    core.world.raise(
      mapping.stale !== null
        ? 'stale-tlb-user'
        : mapping.missedBy !== null
          ? 'zap-by-address'
          : LEFT_CODES[mapping.kind],
      node,
      `${nameOf(memory)} is freed while ${LEFT_WORDS[mapping.kind]} is left`,
      {
        memory,
        notes: [...born(memory), { text: `mapped here by \`${mapping.by}()\``, node: mapping.node }],
      },
    )
    return
  }
}

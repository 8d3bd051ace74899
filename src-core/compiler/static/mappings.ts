/** Mappings: made, found again, ended. */

import type ts from 'typescript'
import type { Core } from './core.ts'
import type { Mapping, Memory } from './memory.ts'
import type { Value } from './values.ts'

/** What a new mapping is of; everything else has a usual value. */
export interface NewMapping {
  readonly kind: Mapping['kind']
  readonly by: string
  readonly memory: Memory
  readonly page?: number
  readonly from?: number
  readonly size?: number | null
  readonly direction?: Value
  readonly device?: Value
}

export function map(core: Core, node: ts.Node, made: NewMapping): Mapping {
  const mapping: Mapping = {
    page: 0,
    from: 0,
    size: null,
    direction: undefined,
    device: undefined,
    ...made,
    node,
    task: core.world.task,
    checked: false,
    failed: false,
    side: 'device',
    cpu: [],
    stale: null,
    lost: false,
    missedBy: null,
    freedUnder: null,
    ended: null,
  }
  made.memory.mappings.add(mapping)
  return mapping
}

/** The memory was freed under this mapping, and now the mapping ends: the free was the mistake. */
export function endMapping(core: Core, mapping: Mapping, node: ts.Node, by: string): void {
  mapping.ended = core.world.ending(node, by)
  if (mapping.kind !== 'kmap' || mapping.freedUnder === null) return
  const { memory, freedUnder } = mapping
  core.world.raised.push(
    core.world.finding('freed-while-reachable', freedUnder.node, 'the page is freed while a kmap of it is left', {
      memory,
      notes: [
        { text: `mapped here by \`${mapping.by}()\``, node: mapping.node },
        { text: 'unmapped only here', node },
      ],
    }),
  )
}

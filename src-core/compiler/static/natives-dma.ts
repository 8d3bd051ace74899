/** Streaming and coherent DMA of single buffers and pages: pairing, the error check, whose turn it is. */

import type ts from 'typescript'
import { born, checkAccess, nameOf } from './access.ts'
import type { Core } from './core.ts'
import { endMapping, map } from './mappings.ts'
import type { Mapping, Memory } from './memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { mayFail, mayReclaim, mustNotBeAtomic } from './perform.ts'
import { release } from './release.ts'
import { Address, DmaAddress, KernelObject, List, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** Bytes that the CPU's caches treat as one. */
const CACHE_LINE = 64

/** enum dma_data_direction. */
export const DMA_DIRECTIONS = { DMA_BIDIRECTIONAL: 0, DMA_TO_DEVICE: 1, DMA_FROM_DEVICE: 2, DMA_NONE: 3 } as const

function mapSingle(core: Core, [device, at, size, direction]: readonly Value[], node: ts.Node): Value {
  if (!(at instanceof Address)) return new Unknown()
  const { memory, offset } = at
  if (memory.kind === 'vmalloc' || memory.kind === 'vmap' || memory.kind === 'kv') {
    badArea(core, memory, node, `${nameOf(memory)} is vmalloc memory: it is not contiguous in physical memory`)
    return new Unknown()
  }
  return mapRange(core, 'dma_map_single', memory, offset ?? 0, size, direction, device, node)
}

function mapPage(core: Core, [device, page, offset, size, direction]: readonly Value[], node: ts.Node): Value {
  if (!(page instanceof PageRef)) return new Unknown()
  const from = page.index * page.memory.pageSize + (typeof offset === 'number' ? offset : 0)
  return mapRange(core, 'dma_map_page', page.memory, from, size, direction, device, node)
}

function badArea(core: Core, memory: Memory, node: ts.Node, message: string): void {
  core.world.raise('dma-map-bad-area', node, message, { memory, possible: memory.kind === 'kv', notes: born(memory) })
}

function mapRange(
  core: Core,
  by: string,
  memory: Memory,
  from: number,
  size: Value,
  direction: Value,
  device: Value,
  node: ts.Node,
): Value {
  const bytes = typeof size === 'number' ? size : null
  checkAccess(core, new Address(memory, from, null, by === 'dma_map_page'), bytes, node, false)
  const line = (byte: number): number => Math.floor(byte / CACHE_LINE)
  for (const other of memory.mappings) {
    if (other.kind !== 'dma' || other.ended !== null || other.size === null || bytes === null) continue
    if (other.device !== device || (other.direction === 1 && direction === 1)) continue
    if (line(other.from) <= line(from + bytes - 1) && line(from) <= line(other.from + other.size - 1)) {
      badArea(core, memory, node, 'two mappings share a cache line, and the device writes to one of them')
    }
  }
  const failed = core.world.takeFailure(by)
  const mapping = map(core, node, { kind: 'dma', by, memory, from, size: bytes, direction, device })
  if (failed) {
    mapping.ended = core.world.ending(node, by)
    mapping.failed = true
  }
  return new DmaAddress(mapping, 0)
}

/** dma_mapping_error(): whether the map failed is decided here. */
const mappingError: NativeFunction = (core, [, handle]) => {
  if (!(handle instanceof DmaAddress)) return new Unknown()
  const { mapping } = handle
  if (mapping.failed) {
    mapping.checked = true
    return -12
  }
  if (mapping.checked || mapping.ended !== null) return 0
  mapping.checked = true
  if (core.world.injects || core.world.decide(2, 'environment') === 0) return 0
  mapping.failed = true
  core.world.mapFailed = true
  mapping.ended = core.world.ending(mapping.node, mapping.by)
  return -12
}

/** A mapping ends, and the text does not tell which: any that this function made may have. */
function loseMappings({ world }: Core, by: string): void {
  for (const { mappings } of world.memories) {
    for (const mapping of mappings) if (mapping.by === by) mapping.lost = true
  }
}

const unmap =
  (by: string, partner: string): NativeFunction =>
  (core, [device, handle, size, direction], node) => {
    if (!(handle instanceof DmaAddress)) {
      loseMappings(core, partner)
      return undefined
    }
    const { mapping } = handle
    const { memory } = mapping
    const notes = [{ text: `mapped here by \`${mapping.by}()\``, node: mapping.node }]
    if (!isChecked(core, mapping)) return undefined
    if (mapping.failed) {
      core.world.raise('dma-unmap-mismatch', node, 'the map failed: there is nothing to unmap', { memory, notes })
      return undefined
    }
    if (mapping.ended !== null) {
      core.world.raise('dma-double-unmap', node, 'the mapping is ended twice', { memory, notes })
      return undefined
    }
    const wrong: string[] = []
    if (mapping.by !== partner) wrong.push(`${by}() on what ${mapping.by}() made`)
    if (typeof size === 'number' && mapping.size !== null && size !== mapping.size) {
      wrong.push(`${size} bytes instead of ${mapping.size}`)
    }
    if (typeof direction === 'number' && direction !== mapping.direction) wrong.push('another direction')
    if (device !== mapping.device && device instanceof KernelObject) wrong.push('another device')
    if (handle.delta !== 0) wrong.push('another address')
    if (wrong.length > 0) {
      core.world.raise('dma-unmap-mismatch', node, `the unmap does not fit the map: ${wrong.join(', ')}`, {
        memory,
        notes,
      })
    }
    endMapping(core, mapping, node, by)
    return undefined
  }

/** A mapping is used without a look at whether it was made. */
export function isChecked(core: Core, mapping: Mapping): boolean {
  if (mapping.checked || mapping.direction === 'coherent') return true
  mapping.checked = true
  core.world.raise(
    'dma-no-error-check',
    mapping.node,
    `the result of \`${mapping.by}()\` is used without dma_mapping_error()`,
    {
      memory: mapping.memory,
    },
  )
  return false
}

const sync =
  (side: 'cpu' | 'device'): NativeFunction =>
  ({ world }, [, handle, size]) => {
    if (!(handle instanceof DmaAddress)) return undefined
    const { mapping, delta } = handle
    const from = mapping.from + delta
    const partial = delta !== 0 || (typeof size === 'number' && size !== mapping.size)
    if (!partial) {
      mapping.side = side
      mapping.cpu.length = 0
    } else if (side === 'cpu') mapping.cpu.push({ from, to: from + (typeof size === 'number' ? size : world.pageSize) })
    else mapping.cpu.length = 0
    return undefined
  }

export function allocCoherent(core: Core, [device, size, handles, gfp]: readonly Value[], node: ts.Node): Value {
  if (mayReclaim(gfp)) mustNotBeAtomic(core, 'dma_alloc_coherent', node)
  const failed = mayFail(core, 'dma_alloc_coherent', node)
  if (failed !== null) return failed
  const bytes = typeof size === 'number' ? size : null
  const memory = core.world.allocate('coherent', node, 'dma_alloc_coherent', bytes)
  const mapping = map(core, node, {
    kind: 'dma',
    by: 'dma_alloc_coherent',
    memory,
    size: bytes,
    direction: 'coherent',
    device,
  })
  if (handles instanceof List) handles.items[0] = new DmaAddress(mapping, 0)
  return new Address(memory, 0)
}

export function freeCoherent(core: Core, [device, size, at, handle]: readonly Value[], node: ts.Node): undefined {
  mustNotBeAtomic(core, 'dma_free_coherent', node, 'coherent-misuse')
  if (!(at instanceof Address)) return undefined
  const of = handle instanceof DmaAddress && handle.mapping.direction === 'coherent' ? handle.mapping.memory : at.memory
  // Directly mapped memory is freed by its bus address, whatever the pointer is; behind an IOMMU by the pointer.
  const behind = device instanceof KernelObject && device.fields.get('iommu') !== false
  const memory = behind ? at.memory : of
  const wrong: string[] = []
  if (typeof size === 'number' && memory.size !== null && size !== memory.size)
    wrong.push(`${size} bytes instead of ${memory.size}`)
  if (handle instanceof DmaAddress && handle.mapping.memory !== at.memory)
    wrong.push(
      behind ? 'the handle of another buffer' : 'the pointer of another buffer: the handle says which is freed',
    )
  const [mapping] = memory.mappings
  if (mapping !== undefined && device instanceof KernelObject && mapping.device !== device) wrong.push('another device')
  const already = memory.freed !== null
  release(core, 'dma_free_coherent', memory === at.memory ? at : new Address(memory, 0), node)
  if (mapping !== undefined) mapping.ended ??= memory.freed
  if (wrong.length > 0 && !already && memory.kind === 'coherent') {
    core.world.raise('coherent-misuse', node, `the free does not fit the allocation: ${wrong.join(', ')}`, {
      memory,
      notes: born(memory),
    })
  }
  return undefined
}

/** The bytes are not known any more. */
function forget(memory: Memory): void {
  memory.contents.clear()
  memory.zeroed = false
}

/** The device reads or writes at a DMA address. */
export function deviceAccess(core: Core, handle: Value, node: ts.Node, write: boolean): void {
  if (!(handle instanceof DmaAddress)) {
    // Some memory of a mapping changes.
    if (write) for (const memory of core.world.memories) if (memory.mappings.size > 0) forget(memory)
    return
  }
  const { mapping } = handle
  if (write) forget(mapping.memory)
  if (!isChecked(core, mapping)) return
  if (mapping.direction === 'coherent' && mapping.memory.freed !== null) {
    core.world.raise(
      'coherent-misuse',
      mapping.memory.freed.node,
      'the memory is freed while the device still uses it',
      {
        memory: mapping.memory,
        notes: [{ text: 'the device uses it here', node }],
      },
    )
  }
}

export const DMA_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  dma_map_single: mapSingle,
  dma_map_page: mapPage,
  dma_mapping_error: mappingError,
  dma_unmap_single: unmap('dma_unmap_single', 'dma_map_single'),
  dma_unmap_page: unmap('dma_unmap_page', 'dma_map_page'),
  dma_sync_single_for_cpu: sync('cpu'),
  dma_sync_single_for_device: sync('device'),
  dma_alloc_coherent: allocCoherent,
  dma_free_coherent: freeCoherent,
  device: ({ world }, args) => {
    const device = new KernelObject('device')
    const [, options] = args
    const own =
      options !== undefined && 'fields' in Object(options) ? (options as KernelObject).fields.get('iommu') : undefined
    device.fields.set('iommu', own ?? world.machine['iommu'] === 'on')
    return device
  },
}

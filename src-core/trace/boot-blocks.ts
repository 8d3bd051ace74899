/**
 * The boot state (boot-state.ts) in blocks of a state column. Blocks that lie wholly inside a zone differ in little
 * and are shared, so a machine of a million frames costs a handful of blocks.
 */
import { FrameKind, packUse } from './fields.ts'
import { firstPoisoned, initialFlags, initialOrder, initialRefcount, initialUse, PAGE_POISON } from './boot-state.ts'
import { BLOCK_SIZE } from './state-column.ts'
import type { MachineInfo } from './record.ts'

type Blocks = (block: number) => Uint32Array

/** Boot values of the columns that are not zero at boot. */
export interface BootBlocks {
  readonly use: Blocks
  readonly refcount: Blocks
  readonly flags: Blocks
  readonly order: Blocks
  /** Of the bytes of memory. */
  readonly bytes: (block: number) => Uint8Array
}

/** Boot blocks of a machine. */
export function bootBlocks(info: MachineInfo): BootBlocks {
  const free = new Uint32Array(BLOCK_SIZE).fill(packUse(FrameKind.BUDDY, 0))
  const none = new Uint32Array(BLOCK_SIZE)
  const orders = new Map<number, Uint32Array>()
  return {
    use: blocks(info, () => free, initialUse),
    refcount: blocks(info, () => none, initialRefcount),
    flags: blocks(info, () => none, initialFlags),
    // An aligned block inside a zone belongs to one free block at least as large: only its first frame can start one.
    order: blocks(
      info,
      (first) => {
        const order = initialOrder(info, first)
        const known = orders.get(order)
        if (known !== undefined) return known
        const block = new Uint32Array(BLOCK_SIZE)
        block[0] = order
        orders.set(order, block)
        return block
      },
      initialOrder,
    ),
    bytes: bytesOf(info),
  }
}

function bytesOf(info: MachineInfo): (block: number) => Uint8Array {
  const zeroes = new Uint8Array(BLOCK_SIZE)
  const poison = new Uint8Array(BLOCK_SIZE).fill(PAGE_POISON)
  const first = (firstPoisoned(info) * 2 ** info.pageShift) / BLOCK_SIZE
  return (block) => (block < first ? zeroes : poison)
}

function blocks(
  info: MachineInfo,
  whole: (first: number) => Uint32Array,
  at: (info: MachineInfo, pfn: number) => number,
): Blocks {
  const mixed = new Map<number, Uint32Array>()
  const inside = info.zones.map(({ start, end }) => ({
    from: Math.ceil(start / BLOCK_SIZE),
    to: Math.floor(end / BLOCK_SIZE),
  }))
  return (block) => {
    const first = block * BLOCK_SIZE
    for (const { from, to } of inside) if (block >= from && block < to) return whole(first)
    let found = mixed.get(block)
    if (found === undefined) {
      found = new Uint32Array(BLOCK_SIZE)
      for (let i = 0; i < BLOCK_SIZE; i++) found[i] = at(info, first + i)
      mixed.set(block, found)
    }
    return found
  }
}

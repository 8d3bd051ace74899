/** Sentences for scatterlists, syncs and what devices do with memory. */
import { Flag, Op, OP_NAMES } from '../../trace/ops.ts'
import type { RunView } from './run-view.ts'

/** What a step of these kinds did to the memory it is about; null for any other kind. */
export function dmaSentence(view: RunView, step: number): string | null {
  const { chunk, row } = view.store.place(step)
  const { ops } = chunk
  const kind = ops.kind[row]
  const a = ops.a[row]
  const b = ops.b[row]
  if ((ops.flags[row] & Flag.FAILED) !== 0) return null
  switch (kind) {
    case Op.sg_init_table:
      return `sg_init_table made it a list of ${entries(a)}`
    case Op.sg_init_one:
      return `sg_init_one made a list of it: ${bytes(a)} from offset ${b}`
    case Op.sg_set_page:
      return `sg_set_page put it in a list: ${bytes(a)} from offset ${b}`
    case Op.sg_set_buf:
      return `sg_set_buf put it in a list: ${bytes(a)} from offset ${b}`
    case Op.dma_sync_single_for_cpu:
    case Op.dma_sync_sg_for_cpu:
    case Op.dma_sync_sgtable_for_cpu:
      return `${OP_NAMES[kind]} gave its bytes to the CPU`
    case Op.dma_sync_single_for_device:
    case Op.dma_sync_sg_for_device:
    case Op.dma_sync_sgtable_for_device:
      return `${OP_NAMES[kind]} gave its bytes to the device`
    case Op.dma_read:
      return `the device read ${bytes(b)}`
    case Op.dma_write:
      return `the device wrote ${bytes(b)}`
    default:
      return null
  }
}

function bytes(n: number): string {
  return n === 1 ? '1 byte' : `${n} bytes`
}

function entries(n: number): string {
  return n === 1 ? '1 entry' : `${n} entries`
}

/**
 * The state of a machine at boot, to go back to between executions. What the trace says was changed (fields of frames,
 * bytes) is taken back from its deltas, last first; the small state of the allocators is compared with a picture.
 * An execution that only used cells, locks and tasks touched nothing of all this.
 */
import { StateImage } from '../machine/state-image.ts'
import type { Frames } from '../machine/frames.ts'
import type { Kernel } from '../mm/kernel.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Field } from '../trace/fields.ts'
import { Op, OP_NAMES, type OpName } from '../trace/ops.ts'

/** Operations that change tasks, locks and cells, and nothing else that lasts. */
const LIGHT_NAMES: readonly OpName[] = [
  '(none)',
  'cell_read',
  'cell_write',
  'cell_update',
  'lock',
  'trylock',
  'unlock',
  'wait_for_completion',
  'complete',
  'kthread_run',
  'kthread_stop',
  'printk',
  'cond_resched',
  'schedule',
  'msleep',
  'preempt_disable',
  'preempt_enable',
  'local_irq_disable',
  'local_irq_enable',
  'local_bh_disable',
  'local_bh_enable',
  'BUG_ON',
  'WARN_ON',
  'refcount_warn',
  'kernel_warn',
  'uncaught',
  'might_sleep',
]
const IS_LIGHT = new Uint8Array(OP_NAMES.length)
for (const name of LIGHT_NAMES) IS_LIGHT[Op[name]] = 1

export class BootImage {
  private readonly image: StateImage
  private readonly links: readonly (readonly [Uint32Array | Uint16Array, Uint32Array | Uint16Array])[]
  /** Allocations made at boot. */
  readonly allocations: number

  constructor(kernel: Kernel) {
    const { frames, memory, trace, config, info, era } = kernel
    this.allocations = trace.lastAllocation
    this.image = new StateImage([kernel], [frames, memory, trace, config, info, era])
    this.links = [frames.next, frames.prev, frames.list].map((column) => [column, column.slice()] as const)
  }

  /**
   * Takes back what the chunks say an execution did. Returns false if it touched only tasks, locks and cells, so that
   * the surface can be used again as it is.
   */
  restore(kernel: Kernel, chunks: readonly TraceChunk[]): boolean {
    let touched = false
    let relinked = false
    for (let c = chunks.length - 1; c >= 0; c--) {
      const chunk = chunks[c]!
      const { kind } = chunk.ops
      for (let i = 0; i < chunk.opCount && !touched; i++) if (IS_LIGHT[kind[i]!] !== 1) touched = true
      const { field, index, old, new: next } = chunk.deltas
      for (let d = chunk.deltaCount - 1; d >= 0; d--) {
        const what = field[d]!
        if (what === Field.TASK || what === Field.CONTEXT) continue
        touched = true
        if (what === Field.BYTES || what === Field.FILL) kernel.memory.clean(index[d]!, next[d]!)
        else if (undo(kernel.frames, what, index[d]!, old[d]!) && what === Field.ORDER) relinked = true
      }
    }
    if (relinked) for (const [column, copy] of this.links) column.set(copy)
    if (touched) this.image.restore()
    return touched
  }
}

/** Puts the old value of a frame's field back; false if the field is none of a frame. */
function undo(frames: Frames, field: number, pfn: number, old: number): boolean {
  switch (field) {
    case Field.REFCOUNT:
      frames.refcount[pfn] = old
      return true
    case Field.MAPCOUNT:
      frames.mapcount[pfn] = old
      frames.mark(pfn)
      return true
    case Field.USE:
      frames.use[pfn] = old
      return true
    case Field.FLAGS:
      frames.flags[pfn] = old
      frames.mark(pfn)
      return true
    case Field.ORDER:
      frames.order[pfn] = old
      frames.mark(pfn)
      return true
    case Field.HEAD:
      frames.head[pfn] = old
      frames.mark(pfn)
      return true
    case Field.SLAB:
      frames.slab[pfn] = old
      frames.mark(pfn)
      return true
    case Field.PRIVATE:
      frames.private[pfn] = old
      frames.mark(pfn)
      return true
    case Field.MAPPING:
      frames.mapping[pfn] = old
      frames.mark(pfn)
      return true
    case Field.PRIVATE_HIGH:
      frames.putHigh(frames.privateHigh, pfn, old)
      return true
    case Field.MAPPING_HIGH:
      frames.putHigh(frames.mappingHigh, pfn, old)
      return true
    case Field.PINCOUNT:
      frames.pincount[pfn] = old
      return true
    case Field.RIGHTS:
      frames.rights[pfn] = old
      return true
    default:
      return false
  }
}

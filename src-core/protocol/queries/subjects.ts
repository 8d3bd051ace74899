/** Which frame an operation is about: the unit of `subject` depends on the operation (trace/ops.ts). */
import { Field } from '../../trace/fields.ts'
import { Family, NO_SUBJECT, Op, OP_FAMILY, type OpName } from '../../trace/ops.ts'
import type { RunView } from './run-view.ts'

/** Operations whose subject is a page frame. */
const ON_FRAME: readonly OpName[] = [
  'page_address',
  'page_to_virt',
  'virt_to_phys',
  'phys_to_virt',
  '__free_pages',
  '__free_page',
  'free_pages',
  'free_page',
  'free_pages_exact',
  'split_page',
  'set_page_count',
  'page_ref_count',
  'page_count',
  'page_mapcount',
  'folio_ref_count',
  'folio_mapcount',
  'page_folio',
  'folio_page',
  'folio_page_idx',
  'folio_nr_pages',
  'folio_order',
  'folio_size',
  'compound_head',
  'compound_order',
  'compound_nr',
  'page_size',
  'nth_page',
  'page_flag_test',
  'page_flag_set',
  'page_flag_clear',
  'page_private',
  'set_page_private',
  'virt_to_page',
  'virt_to_head_page',
  'page_to_pfn',
  'pfn_to_page',
  'pfn_valid',
  'page_to_phys',
  'phys_to_page',
  'vmalloc_to_page',
  'vmalloc_to_pfn',
  'sg_page',
  'sg_virt',
  'page_zone_name',
]
/** Operations whose subject is a physical address. */
const ON_ADDRESS: readonly OpName[] = [
  'memcpy_to_page',
  'memcpy_from_page',
  'kfree',
  'kfree_rcu',
  'ksize',
  'kmem_cache_free',
  'read',
  'write',
  'memset',
  'memcpy',
  'memcmp',
]

const UNIT = new Uint8Array(OP_FAMILY.length)
const FRAME = 1
const ADDRESS = 2
for (let op = 0; op < UNIT.length; op++) {
  const family = OP_FAMILY[op]
  if (family === Family.GET || family === Family.PUT || family === Family.MAP || family === Family.UNMAP)
    UNIT[op] = FRAME
}
// Subjects of these are DMA addresses and entries.
for (const name of ['dma_unmap_single', 'dma_unmap_page', 'dma_unmap_sg', 'dma_unmap_sgtable'] as const)
  UNIT[Op[name]] = 0
for (const name of ON_FRAME) UNIT[Op[name]] = FRAME
for (const name of ON_ADDRESS) UNIT[Op[name]] = ADDRESS

/** Frame that an operation's subject names; -1 if it names none. */
export function subjectFrame(op: number, subject: number, pageShift: number): number {
  if (subject === NO_SUBJECT) return -1
  if (UNIT[op] === FRAME) return subject
  return UNIT[op] === ADDRESS ? Math.floor(subject / 2 ** pageShift) : -1
}

/**
 * Frame that a step is about, at the cursor's step: the one it names, that of its memory, else the first of which it
 * changes a count; -1 if none.
 */
export function frameOfStep(view: RunView, step: number): number {
  const { chunk, row } = view.store.place(step)
  const frame = subjectFrame(chunk.ops.kind[row], chunk.ops.subject[row], view.info.pageShift)
  if (frame >= 0) return frame < view.info.frames ? frame : -1
  const record = view.store.allocation(chunk.ops.allocation[row])
  return record === null ? firstCounted(view, step) : view.firstFrame(record)
}

function firstCounted(view: RunView, step: number): number {
  const range = view.store.deltasOf(step)
  if (range === null) return -1
  const { field, index } = range.chunk.deltas
  for (let d = range.from; d < range.to; d++)
    if (field[d] === Field.MAPCOUNT || field[d] === Field.REFCOUNT) return index[d]
  return -1
}

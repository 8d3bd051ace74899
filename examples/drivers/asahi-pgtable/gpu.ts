/**
 * A job on the GPU: two buffers mapped, the GPU writes one and reads the other through its own TLB, protections change,
 * everything goes away in the right order.
 */
import { Page } from 'asahi/page'
import { GFP_KERNEL, __GFP_ZERO, drop } from 'kernel'
import { pr_info } from 'linux'
import { gpu_page_table } from 'sim'
import type { Range, UatPageTable } from './pgtable.ts'

const PGSZ = 1n << 14n
const PROT_GPU_RW = (1n << 10n) | (2n << 6n) | (1n << 54n)
const PROT_GPU_RO = (1n << 10n) | (2n << 6n)
export const VA: Range = { start: 0n, end: 2056n * PGSZ }
const at = (page: bigint): Range => ({ start: page * PGSZ, end: (page + 1n) * PGSZ })
/** In the second leaf table. */
const FAR = 2048n + 5n

export function run_job(table: Pick<UatPageTable, keyof UatPageTable>): void {
  const gpu = gpu_page_table({ levels: 3, page_shift: 14 })
  gpu.set_root(table.ttb)
  const near = Page.alloc_page(GFP_KERNEL | __GFP_ZERO)
  const far = Page.alloc_page(GFP_KERNEL | __GFP_ZERO)
  table.alloc_pages(at(1n))
  table.map_pages(at(1n), near.phys(), PROT_GPU_RW, false)
  table.map_pages(at(FAR), far.phys(), PROT_GPU_RW, false)
  gpu.write(PGSZ, [0x5a])
  pr_info(`the GPU wrote ${near.with_pointer_into_page(0, 1, (p) => p.read_u8(0))}`)
  pr_info(`and reads ${gpu.read(FAR * PGSZ, 1)[0]}`)
  table.reprot_pages(at(1n), PROT_GPU_RO)
  gpu.tlbi(PGSZ)
  gpu.write(PGSZ, [0xff])
  pr_info(`read only: ${near.with_pointer_into_page(0, 1, (p) => p.read_u8(0))}`)
  // Entry, fence, TLB, and then the page.
  table.unmap_pages(at(1n))
  table.unmap_pages(at(FAR))
  gpu.tlbi()
  drop(near)
  drop(far)
  gpu.set_root(null)
  table.drop(VA)
}

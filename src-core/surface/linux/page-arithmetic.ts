/** linux/mm.h, pfn.h and asm-generic/getorder.h: arithmetic with pages and addresses. No steps. */
import { alignDown, alignUp, isAligned, orderOf, whole } from '../../base/kernel-arithmetic.ts'
import { mustNotBeNull } from '../arguments.ts'
import { Ptr } from '../handles/pointer.ts'
import { vm_area_struct } from '../handles/user-memory.ts'
import type { Surface } from '../surface.ts'

export function linuxPageArithmetic(s: Surface) {
  const size = BigInt(s.pageSize)
  const shift = Math.log2(s.pageSize)

  return {
    pure: {
      /** A size or an address rounded up to whole pages. No step. */
      PAGE_ALIGN<T extends number | bigint>(addr: T): T extends bigint ? bigint : number {
        return alignUp(addr, s.pageSize, 'PAGE_ALIGN')
      },
      /** A size or an address rounded down to whole pages. No step. */
      PAGE_ALIGN_DOWN<T extends number | bigint>(addr: T): T extends bigint ? bigint : number {
        return alignDown(addr, s.pageSize, 'PAGE_ALIGN_DOWN')
      },
      /** True if a size or an address is one of whole pages. No step. */
      PAGE_ALIGNED(addr: number | bigint): boolean {
        return isAligned(addr, s.pageSize, 'PAGE_ALIGNED')
      },
      /** Bytes from the start of its page to an address or a pointer: 0 to PAGE_SIZE - 1. No step. */
      offset_in_page(p: Ptr | number | bigint): number {
        const at = Ptr.is(p) ? p.addr : BigInt(whole(p, 'p', 'offset_in_page'))
        return Number(at & (size - 1n))
      },
      /** The order of the smallest block of pages that holds `size` bytes. No step. */
      get_order(size: number | bigint): number {
        return orderOf(size, shift, 8 * s.access.word)
      },
      /** Pages that hold `x` bytes: rounded up. No step. */
      PFN_UP(x: number | bigint): number {
        return Number((BigInt(whole(x, 'x', 'PFN_UP')) + size - 1n) / size)
      },
      /** The number of the page that an address lies in: rounded down. No step. */
      PFN_DOWN(x: number | bigint): number {
        return Number(BigInt(whole(x, 'x', 'PFN_DOWN')) / size)
      },
      /** The physical address of a page frame. No step. */
      PFN_PHYS(pfn: number): bigint {
        return BigInt(whole(pfn, 'pfn', 'PFN_PHYS')) * size
      },
      /** The page frame of a physical address. No step. */
      PHYS_PFN(phys: number | bigint): number {
        return Number(BigInt(whole(phys, 'phys', 'PHYS_PFN')) / size)
      },
      /** Pages of an area. No step. */
      vma_pages(vma: vm_area_struct): number {
        mustNotBeNull(vma, 'a vm_area_struct')
        if (!vm_area_struct.is(vma)) throw new TypeError('vma_pages() takes a vm_area_struct')
        return Number((vma.vm_end - vma.vm_start) / size)
      },
    },
  }
}

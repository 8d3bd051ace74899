/**
 * How an IOMMU lays a scatterlist out: one range of bus addresses, in which neighbours that meet at a page boundary
 * become one DMA entry.
 *
 * Kernel: drivers/iommu/dma-iommu.c iommu_dma_map_sg() and __finalise_sg(); KERNEL_FACTS 6.4.
 */

/** Longest DMA segment of a device that says nothing else (dma_get_max_seg_size). */
export const MAX_SEGMENT = 65_536

/** Bytes that an entry names, and the bus address of the first. */
export interface BusPart {
  readonly address: number
  readonly phys: number
  readonly length: number
}

/** `parts`: one per entry given. `segments`: the DMA entries made, `dma_address` and `dma_length` of the first ones. */
export interface IommuLayout {
  readonly parts: readonly BusPart[]
  readonly segments: readonly { readonly address: number; readonly length: number }[]
}

/** Pages that a range of bytes touches; at least one. */
export function pagesTouched(phys: number, length: number, pageSize: number): number {
  return Math.floor((phys + Math.max(length, 1) - 1) / pageSize) - Math.floor(phys / pageSize) + 1
}

/** Lays `entries` (physical address and bytes) out from the bus address `start`, a multiple of the page size. */
export function layOut(
  start: number,
  entries: readonly { readonly phys: number; readonly length: number }[],
  pageSize: number,
): IommuLayout {
  const parts: BusPart[] = []
  const segments: { address: number; length: number }[] = []
  let at = start
  let open = 0
  for (const { phys, length } of entries) {
    const skip = phys % pageSize
    const room = pagesTouched(phys, length, pageSize) * pageSize
    parts.push({ address: at + skip, phys, length })
    if (segments.length > 0 && open > 0 && skip === 0 && MAX_SEGMENT - open >= length) open += length
    else {
      segments.push({ address: at + skip, length: 0 })
      open = length
    }
    segments.at(-1)!.length = open
    at += room
    if (skip + length < room) open = 0
  }
  return { parts, segments }
}

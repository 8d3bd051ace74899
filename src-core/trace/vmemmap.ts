/** Where `struct page`s lie in the kernel's address space, and how large one is (x86-64). */
export const VMEMMAP = 0xffff_ea00_0000_0000n
export const STRUCT_PAGE = 64n

/** Address of the `struct page` of a frame. */
export function structPageAddress(pfn: number): bigint {
  return BigInt.asUintN(64, VMEMMAP + BigInt(pfn) * STRUCT_PAGE)
}

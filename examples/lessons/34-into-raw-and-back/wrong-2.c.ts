import { __free_page, alloc_page, GFP_KERNEL, page_to_phys, page_address, phys_to_page } from 'linux'

// The leaf table's address, as it stands in two parent tables.
const leaf = page_to_phys(alloc_page(GFP_KERNEL)!)
const left = leaf
const right = leaf

const table = phys_to_page(left)
__free_page(table)
if (right !== left) __free_page(phys_to_page(right))
page_address(table)!.write_u64(0, 0n)

import { alloc_page, GFP_KERNEL, page_to_phys, pr_info } from 'linux'

// The leaf table's address, as it stands in two parent tables.
const leaf = page_to_phys(alloc_page(GFP_KERNEL)!)
const left = leaf
const right = leaf

pr_info(left === right ? 'one table' : 'two tables')

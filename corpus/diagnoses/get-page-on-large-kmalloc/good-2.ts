// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Asking for the count of large kmalloc memory takes nothing; the object itself is kept to its last use.
import { GFP_KERNEL, kfree, kmalloc, page_ref_count, pr_info, virt_to_head_page } from 'linux'

const table = kmalloc(16384, GFP_KERNEL)!
pr_info(`count ${page_ref_count(virt_to_head_page(table))}`)
table.write_u32(12288, 1)
kfree(table)

// @era v6.12
// @expect sg-outlives-pages 11
//
// The list is not mapped, but its entry still names the page that was freed.
import { __free_page, alloc_page, GFP_KERNEL, sg_alloc_table_from_pages, sg_free_table, sg_table } from 'linux'
import { sg_virt } from 'linux'
const pages = [alloc_page(GFP_KERNEL)!]
const t = new sg_table()
sg_alloc_table_from_pages(t, pages, 1, 0, 4096, GFP_KERNEL)
__free_page(pages[0]!)
sg_virt(t.sgl!)!.write_u8(0, 1)
sg_free_table(t)

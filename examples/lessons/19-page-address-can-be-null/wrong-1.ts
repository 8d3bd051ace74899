// @machine arch=i386-highmem
import { __free_page, alloc_page, GFP_HIGHUSER, page_address } from 'linux'

// Does nothing where it matters.
const page = alloc_page(GFP_HIGHUSER)!
const bytes = page_address(page)
if (bytes !== null) bytes.write_u8(0, 1)
__free_page(page)

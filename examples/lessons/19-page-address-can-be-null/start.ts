// @machine arch=i386-highmem
import { __free_page, alloc_page, GFP_HIGHUSER, page_address, pr_info } from 'linux'

const page = alloc_page(GFP_HIGHUSER)!
pr_info(page_address(page) === null ? 'no' : 'yes')

const bytes = page_address(page)!
bytes.write_u8(0, 1)
__free_page(page)

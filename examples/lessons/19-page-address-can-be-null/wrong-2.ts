// @machine arch=i386-highmem
import { __free_page, alloc_page, GFP_HIGHUSER, kmap_local_page } from 'linux'

const page = alloc_page(GFP_HIGHUSER)!
const bytes = kmap_local_page(page)
bytes.write_u8(0, 1)
__free_page(page)

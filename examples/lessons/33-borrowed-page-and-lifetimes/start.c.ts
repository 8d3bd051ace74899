import { kmap_local_page, kunmap_local, PAGE_SIZE, vfree, vmalloc, vmalloc_to_page } from 'linux'

const image = vmalloc(2 * PAGE_SIZE)!
const first = vmalloc_to_page(image)!

vfree(image)
const bytes = kmap_local_page(first)
bytes.write_u32(0, 0x04030201)
kunmap_local(bytes)

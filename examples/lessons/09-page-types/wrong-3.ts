import { alloc_page, get_page, GFP_KERNEL, kfree, kmalloc, page_address, PageSlab, put_page } from 'linux'
import { virt_to_page } from 'linux'
import type { Ptr } from 'linux'

// The wrong way round.
function share(address: Ptr): boolean {
  const page = virt_to_page(address)
  if (!PageSlab(page)) return false
  get_page(page)
  return true
}

const page = alloc_page(GFP_KERNEL)!
const object = kmalloc(64, GFP_KERNEL)!
const data = page_address(page)!

if (share(data)) put_page(page)
if (share(object)) put_page(virt_to_page(object))
kfree(object)
put_page(page)

// @era v6.17 memdesc
// @expect get-page-on-large-kmalloc 9
//
// A send path keeps the page of whatever it is given, for later.
import { get_page, GFP_KERNEL, kfree, kmalloc, put_page, virt_to_head_page, virt_to_page } from 'linux'
import type { Ptr } from 'linux'

const send = (buffer: Ptr) => {
  get_page(virt_to_page(buffer))
  return () => put_page(virt_to_head_page(buffer))
}
const buffer = kmalloc(32768, GFP_KERNEL)!
const complete = send(buffer.add(4096))
complete()
kfree(buffer)

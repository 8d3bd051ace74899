// @era v6.12 v6.14 v6.17 v6.18 next
// @expect put-noncompound-high-order 11
//
// A generic release function for "pages".
import { alloc_pages, get_page, GFP_KERNEL, put_page } from 'linux'
import type { page } from 'linux'

class Buffer {
  constructor(private readonly pages: page) {}
  hold() { get_page(this.pages) }
  release() { put_page(this.pages) }
}
const buffer = new Buffer(alloc_pages(GFP_KERNEL, 3)!)
buffer.hold()
buffer.release()
buffer.release()

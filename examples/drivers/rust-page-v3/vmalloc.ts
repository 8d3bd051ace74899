// @era all
// @expect memdesc-breaks-tomorrow 12 memdesc
//
// The patch, as it was meant: page_slice_to_page() takes a reference on each page of an area, the area outlives the
// pages, and each drop is a put_page(). Right while vmalloc pages are counted; under memdesc there is nothing to count.
import { Page, PAGE_SIZE } from 'thread/page_v3'
import { drop } from 'kernel'
import { page_ref_count, pr_info, vfree, vmalloc } from 'linux'

const area = vmalloc(2 * PAGE_SIZE)!
for (let i = 0; i < 2; i++) {
  const page = Page.page_slice_to_page(area.add(i * PAGE_SIZE))
  page.write_raw([0x10 + i], 0, 1)
  pr_info(`page ${i}: count ${page_ref_count(page.as_ptr())}, its bytes ${area.read_u8(i * PAGE_SIZE)}`)
  drop(page)
}
vfree(area)

import { GFP_KERNEL, drop } from 'kernel'
import { page_address, pr_info } from 'linux'
import { Page } from 'thread/page_v3'

const block = Page.alloc_page(GFP_KERNEL)
const data = page_address(block.as_ptr())!
data.write_u8(0, 7)

// The worker takes a reference of its own.
const worker = Page.page_slice_to_page(data)
// The driver is done.
drop(block)
// … later the worker:
pr_info(`byte ${data.read_u8(0)}`)
drop(worker)

import { Folio, GFP_KERNEL, drop } from 'kernel'
import { page_address, pr_info } from 'linux'

const block = Folio.alloc(0, GFP_KERNEL)
const data = page_address(block.page(0).as_ptr())!
data.write_u8(0, 7)

// The worker takes a reference of its own.
const worker = block.clone()
// The driver is done.
drop(block)
// … later the worker:
pr_info(`byte ${data.read_u8(0)}`)
drop(worker)

import { GFP_KERNEL, Page, drop, type Owned } from 'kernel'
import { pr_info } from 'linux'

// Borrows: reads, and gives nothing back.
const checksum = (p: Page): number => p.with_page_mapped((bytes) => bytes.read_u8(0)) ^ 0x5a

// Takes over: the page moves in, and is dropped at the closing brace.
function submit(p: Owned<Page>): void {
  using sent = p
  pr_info(`sent from node ${sent.nid()}`)
}

const page = Page.alloc_page(GFP_KERNEL)
page.write_raw([1], 0, 1)

const sum = checksum(page)
pr_info(`checksum ${sum}`)
drop(page)

// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The consumer stops before the ring is torn down.
import { free_page, get_zeroed_page, GFP_KERNEL, pr_info } from 'linux'
import type { Ptr } from 'linux'

class Ring {
  readonly pages: Ptr[] = []
  grow() { this.pages.push(get_zeroed_page(GFP_KERNEL)!) }
  teardown() { for (const page of this.pages) free_page(page) }
}

const ring = new Ring()
ring.grow()
ring.grow()
const cursor = ring.pages[1]!.add(512)
const consume = () => cursor.read_u32(0)
pr_info(`first ${consume()}`)
pr_info(`last ${consume()}`)
ring.teardown()

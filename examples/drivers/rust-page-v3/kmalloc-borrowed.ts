// @era all
// @expect none
//
// The same job borrowed, as Bonzini has it (message 16): the page of a kmalloc object is asked of its owner, used while
// the owner is there, and not counted. One page or four makes no difference.
import { PAGE_SIZE } from 'thread/page_v3'
import { GFP_KERNEL, KBox, drop } from 'kernel'
import { ToComponentPage } from 'thread/bonzini'
import { pr_info } from 'linux'

const object = KBox.new_uninit(4 * PAGE_SIZE, GFP_KERNEL)
object.as_ptr()!.write_u8(0, 0x5a)
const page = ToComponentPage.to_component_page(object, 0)
pr_info(`byte ${page.with_pointer_into_page(0, 1, (p) => p.read_u8(0))}`)
drop(object)

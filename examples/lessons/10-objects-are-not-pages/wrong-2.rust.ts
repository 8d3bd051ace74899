import { GFP_KERNEL, KBox, drop } from 'kernel'
import { ksize, pr_info, virt_to_page } from 'linux'

const a = KBox.new_uninit(100, GFP_KERNEL)
const b = KBox.new_uninit(100, GFP_KERNEL)
pr_info(`${ksize(a.as_ptr()!)}`)
pr_info(virt_to_page(a.as_ptr()!) === virt_to_page(b.as_ptr()!) ? 'yes' : 'no')

KBox.leak(a)
drop(b)

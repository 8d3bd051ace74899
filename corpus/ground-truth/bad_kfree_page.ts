// Case bad_kfree_page: `kfree` of a page that is no kmalloc memory: a warning, and the page is freed all the same.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-badfree debug=on
import { __get_free_page, GFP_KERNEL, kfree, virt_to_page } from 'linux'
import { dump, say } from './measure.ts'

const v = __get_free_page(GFP_KERNEL)!
const p = virt_to_page(v)
kfree(v)
say(1, 'returned', 1)
dump(1, 'p', p)

// Case bad_kfree_vmalloc: `kfree` of a vmalloc pointer looks for a `struct page` that does not exist: an oops.
// @machine memory=512M debug=off
// Measured: plain-one debug=off
import { kfree, PAGE_SIZE, vmalloc } from 'linux'

const v = vmalloc(2 * PAGE_SIZE)!
kfree(v)

// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Copy first, release then.
import { pr_info, vfree, vmalloc } from 'linux'

const image = vmalloc(3 * 4096)!
const header = image.add(4096)
pr_info(`version ${header.read_u32(0)}`)
vfree(image)

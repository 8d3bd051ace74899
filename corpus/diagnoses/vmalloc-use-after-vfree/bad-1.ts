// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vmalloc-use-after-vfree 10
//
// The image is released before its header was copied.
import { pr_info, vfree, vmalloc } from 'linux'

const image = vmalloc(3 * 4096)!
const header = image.add(4096)
vfree(image)
pr_info(`version ${header.read_u32(0)}`)

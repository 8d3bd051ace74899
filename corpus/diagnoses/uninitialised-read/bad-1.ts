// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect uninitialised-read 9
//
// A field that no path has set decides.
import { GFP_KERNEL, kfree, kmalloc, pr_info } from 'linux'

const config = kmalloc(64, GFP_KERNEL)!
config.write_u32(0, 1)
if (config.read_u32(4) !== 0) pr_info('fast path')
kfree(config)

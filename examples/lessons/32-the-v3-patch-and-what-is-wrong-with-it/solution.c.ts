import { pr_info, vfree, vmalloc } from 'linux'

const area = vmalloc(4096)!
area.write_u32(0, 0x04030201)
pr_info('written')
vfree(area)

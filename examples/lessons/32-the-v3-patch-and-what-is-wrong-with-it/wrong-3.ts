import { pr_info, vfree, vmalloc } from 'linux'

const area = vmalloc(4096)!
vfree(area)
pr_info('nothing to do')

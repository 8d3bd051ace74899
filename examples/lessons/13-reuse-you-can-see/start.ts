// @machine debug=off
import { GFP_KERNEL, kfree, kmalloc, pr_info } from 'linux'

const request = kmalloc(64, GFP_KERNEL)!
request.write_u32(0, 0)
kfree(request)

const session = kmalloc(64, GFP_KERNEL)!
session.write_u32(0, 1)
request.write_u32(0, 99)
pr_info(`level ${session.read_u32(0)}`)
kfree(session)

// @machine debug=off
import { GFP_KERNEL, KBox, drop } from 'kernel'
import { pr_info } from 'linux'

const request = KBox.new_uninit(64, GFP_KERNEL)
const raw = request.as_ptr()!
raw.write_u32(0, 0)
drop(request)

const session = KBox.new_uninit(64, GFP_KERNEL)
const level = session.as_ptr()!
level.write_u32(0, 1)
raw.write_u32(0, 99)
pr_info(`level ${level.read_u32(0)}`)
drop(session)

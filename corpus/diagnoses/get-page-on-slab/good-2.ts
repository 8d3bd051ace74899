// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The buffer has a count of its own, in its first word.
import { GFP_KERNEL, kfree, kmalloc } from 'linux'
import type { Ptr } from 'linux'

const hold = (buffer: Ptr) => buffer.write_u32(0, buffer.read_u32(0) + 1)
const drop = (buffer: Ptr) => {
  const left = buffer.read_u32(0) - 1
  buffer.write_u32(0, left)
  if (left === 0) kfree(buffer)
}

const packet = kmalloc(200, GFP_KERNEL)!
packet.write_u32(0, 1)
hold(packet)
drop(packet)
packet.write_u8(8, 0xff)
drop(packet)

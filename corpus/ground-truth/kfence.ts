// Case kfence: what KFENCE finds in the objects that it samples: a read of a freed object, reads before and behind an
// object, a free of an address inside, a second free, a write behind the end. The simulated machine has no KFENCE: its
// KASAN watches every object, and each of the mistakes is told.
// @machine memory=512M debug=on
// Measured: hard-main debug=on
// Varies: 1 got: an object that KFENCE sampled, which it does by real time; here it is any object
// Kernel: hard-main: KFENCE reports there, KASAN here
import { GFP_KERNEL, kfree, kmalloc } from 'linux'
import { say } from './measure.ts'

const freed = kmalloc(48, GFP_KERNEL)!
kfree(freed)
say(1, 'got', freed !== null)
freed.read_u8(4)

const bounds = kmalloc(48, GFP_KERNEL)!
bounds.sub(1).read_u8(0)
bounds.read_u8(48)
kfree(bounds)

const inside = kmalloc(48, GFP_KERNEL)!
kfree(inside.add(1))
kfree(inside)

const twice = kmalloc(48, GFP_KERNEL)!
kfree(twice)
kfree(twice)

const corrupted = kmalloc(48, GFP_KERNEL)!
corrupted.write_u8(48, 0xaa)
kfree(corrupted)
say(5, 'done', 1)

// @era all
// @expect none
//
// Made in open(), borrowed in ioctl(), taken back once in release().
import { close, ioctl, O_RDWR, open, spawn } from 'user'
import { drop, type file, ForeignOwnable, type ForeignPointer, GFP_KERNEL, KBox } from 'kernel'
import { misc_deregister, misc_register, module_exit } from 'linux'
class St { constructor(public count: number) {} }
const misc = { name: 'd', fops: {
  open: (f: file) => { f.private_data = ForeignOwnable.into_foreign(KBox.new(3, GFP_KERNEL)); return 0 },
  unlocked_ioctl: (f: file) => { const b = ForeignOwnable.borrow(f.private_data as ForeignPointer<KBox<number>>); b.value++; return 0 },
  release: (f: file) => { drop(ForeignOwnable.from_foreign(f.private_data as ForeignPointer<KBox<number>>)); return 0 } } }
misc_register(misc)
module_exit(() => misc_deregister(misc))
spawn('u', () => { const fd = open('/dev/d', O_RDWR); ioctl(fd, 1, 0); close(fd) })

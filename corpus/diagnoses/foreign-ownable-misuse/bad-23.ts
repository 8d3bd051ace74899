// @era all
// @expect foreign-ownable-misuse 9
//
// release() takes back what no open() has put there.
import { drop, type file, ForeignOwnable, type ForeignPointer, KBox } from 'kernel'
import { misc_register } from 'linux'
import { close, O_RDWR, open, spawn } from 'user'
const misc = { name: 'd', fops: {
  release: (f: file) => { drop(ForeignOwnable.from_foreign(f.private_data as ForeignPointer<KBox<number>>)); return 0 } } }
misc_register(misc)
spawn('u', () => { const fd = open('/dev/d', O_RDWR); close(fd) })

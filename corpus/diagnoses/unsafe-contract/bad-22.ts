// @era v6.18 next memdesc
// @expect unsafe-contract 9
//
// An area is taken for one that pages may be inserted into, and the flag is not set.
import { MAP_SHARED, mmap, O_RDWR, open, PROT_READ, PROT_WRITE, spawn } from 'user'
import { type file, type vm_area_struct, VmaMixedMap } from 'kernel'
import { misc_deregister, misc_register, module_exit } from 'linux'
const misc = { name: 'd', fops: { mmap: (f: file, v: vm_area_struct) => {
  const m = VmaMixedMap.from_raw(v)
  return 0
} } }
misc_register(misc)
module_exit(() => misc_deregister(misc))
spawn('u', () => { const fd = open('/dev/d', O_RDWR); mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) })

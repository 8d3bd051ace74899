// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A new area may get the old one's address: freeing it is not freeing twice.
import { kvfree, vfree, vmalloc } from 'linux'

for (let i = 0; i < 3; i++) {
  const area = vmalloc(8192)!
  area.write_u8(0, i)
  if (i === 1) kvfree(area)
  else vfree(area)
}
vfree(null)

// @era v6.12 memdesc
// @expect memory-leak 8
//
// The error path forgets a structure: the page that only its field names is lost with it.
import { alloc_page, GFP_KERNEL, kzalloc, ptr, sizeof, struct, u32 } from 'linux'
const Ring = struct('ring', { page: ptr, n: u32 })
function setup() {
  const r = kzalloc(sizeof(Ring), GFP_KERNEL)!.as(Ring)
  r.page = alloc_page(GFP_KERNEL)!
  return 0
}
setup()

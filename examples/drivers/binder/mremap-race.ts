// @era all
// @explore bound=2
// @expect none
//
// Race B of the thread, in the correct driver: mremap() moves the area, and the shrinker looks where it was.
// Here kswapd comes first, and all is well. Explore it: under memdesc a shrinker that comes later frees a page
// that is mapped; at v6.12 the moved entry's reference keeps it.
import { PAGE_SIZE } from 'linux'
import { kswapd } from 'sim'
import { mremap, munmap, MREMAP_FIXED, MREMAP_MAYMOVE } from 'user'
import { binder_alloc } from './binder_alloc.ts'
import { give_back, receive, run, send, SIZE, type Service } from './app.ts'

function scenario(service: Service): void {
  send(0x10ad, PAGE_SIZE)
  give_back(service, receive(service))
  kswapd(1)
  const moved = mremap(service.map, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x10000000)
  if (typeof moved !== 'number') munmap(moved, SIZE)
}

run(binder_alloc, scenario)

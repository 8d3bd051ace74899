// @era all
// @explore bound=2
// @expect none
//
// Race A of the thread, in the correct driver: munmap() detaches the area, lets readers in and clears the entries after
// that. A shrinker that comes in between finds no area, zaps nothing and frees. Run once, nothing happens. Explore it:
// under memdesc, where the entry holds no reference, it is found; at v6.12 that reference keeps the page.
import { PAGE_SIZE } from 'linux'
import { kswapd } from 'sim'
import { munmap } from 'user'
import { binder_alloc } from './binder_alloc.ts'
import { give_back, receive, run, send, SIZE, type Service } from './app.ts'

function scenario(service: Service): void {
  send(0x10ad, PAGE_SIZE)
  give_back(service, receive(service))
  kswapd(1)
  munmap(service.map, SIZE)
}

run(binder_alloc, scenario)

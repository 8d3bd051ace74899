// @machine arch=i386-highmem memory=64M highmem=32M debug=off
// @expect none
//
// What high memory is and is not, one value a line.
import * as k from 'linux'
import * as u from 'user'
import { is } from './is.ts'
const h = k.alloc_page(k.GFP_HIGHUSER)!
is('zone', k.page_zone_name(h), 'HighMem')
is('hm', k.PageHighMem(h), 1)
is('pa', k.page_address(h), null)
const a = k.kmap_local_page(h)
a.write_u8(0, 7)
is('still null', k.page_address(h), null)
k.kunmap_local(a)
const b = k.kmap(h)
is('kmap pa', k.page_address(h)!.addr, b.addr)
is('seen', b.read_u8(0), 7)
k.kunmap(h)
is('still set', k.page_address(h)?.addr, b.addr)
const l = k.alloc_page(k.GFP_KERNEL)!
is('low', k.PageHighMem(l), 0)
is('kml', k.kmap_local_page(l).addr, k.page_address(l)!.addr)
k.kunmap_local(k.page_address(l)!)
const z = k.get_zeroed_page(k.GFP_KERNEL | k.__GFP_HIGHMEM)!
is('gz', k.PageHighMem(k.virt_to_page(z)), 0)
k.free_page(z)
const v = k.vmalloc(4096)!
is('vm high', k.PageHighMem(k.vmalloc_to_page(v)!), 1)
k.vfree(v)
const c = k.alloc_pages(k.GFP_HIGHUSER | k.__GFP_COMP, 1)!
const c1 = k.kmap_local_page(k.nth_page(c, 1))
is('c1', c1 !== null, true)
k.kunmap_local(c1)
k.__free_pages(c, 1)
// __va() of high memory lies beyond the linear map; sg_virt() is page_address(), NULL without kmap(), and the offset.
const high = k.alloc_page(k.GFP_HIGHUSER)!
const phys = k.page_to_phys(high)
is('__va', k.phys_to_virt(phys).addr, 0xc000_0000n + phys)
is('page_to_virt', k.page_to_virt(high).addr, 0xc000_0000n + phys)
const sg = new k.scatterlist()
k.sg_init_table(sg, 1)
k.sg_set_page(sg, high, 100, 16)
is('sg_virt', k.sg_virt(sg).addr, 16n)
is('sg_virt of kmap', k.kmap(high).add(16).eq(k.sg_virt(sg)), true)
k.kunmap(high)
k.__free_page(high)
k.__free_page(h)
k.__free_page(l)

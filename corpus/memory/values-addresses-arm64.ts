// @machine arch=arm64-16k memory=64M
// @expect none
//
// What 16 KiB pages change, read from the source: kmalloc() has slabs for up to two pages, MAX_PAGE_ORDER is 11, vmalloc()
// lays areas apart by a guard page of 16 KiB, the linear map and vmalloc space begin where 47 bits put them.
import * as k from 'linux'
import { is } from './is.ts'

is('PAGE_SIZE', k.PAGE_SIZE, 16384)
is('MAX_PAGE_ORDER', k.MAX_PAGE_ORDER, 11)
const slabbed = k.kmalloc(20000, k.GFP_KERNEL)!
is('kmalloc-32k', k.ksize(slabbed), 32768)
is('slab', k.PageSlab(k.virt_to_head_page(slabbed)), 1)
const large = k.kmalloc(32769, k.GFP_KERNEL)!
is('large', k.ksize(large), 65536)
is('no slab', k.PageSlab(k.virt_to_head_page(large)), 0)
is('linear', BigInt.asUintN(64, slabbed.addr - k.virt_to_phys(slabbed)), 0xffff_8000_0000_0000n)
const [a, b] = [k.vmalloc(1)!, k.vmalloc(1)!]
is('VMALLOC_START', a.addr, 0xffff_c000_8000_0000n)
is('guard page', b.addr - a.addr, 32768n)
is('ERR_PTR', k.ERR_PTR(-1).addr, 0xffff_ffff_ffff_ffffn)
is('ptr', k.sizeof(k.ptr), 8)
is('scatterlist', k.sizeof(k.scatterlist), 32)
k.vfree(b)
k.vfree(a)
k.kfree(large)
k.kfree(slabbed)

// Case misuse_slab: slab objects used after their end, beyond their bounds, freed twice or by a wrong call.
// @machine memory=512M debug=on
// Measured: here-kasan debug=on
import {
  GFP_KERNEL,
  kfree,
  kfree_sensitive,
  kmalloc,
  krealloc,
  ksize,
  kvfree,
  kvmalloc,
  memcmp,
  memcpy,
  memmove,
  memset,
  phys_to_virt,
} from 'linux'
import { isNull, lone, same, say } from './values.ts'

lone('uafr_20', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(20, GFP_KERNEL)
  kfree(p)
  say(101, 1, 'go')
  r = p.read_u8(4)
  say(102, 1, 'done')
})

lone('uafw_20', () => {
  let p: any = null
  p = kmalloc(20, GFP_KERNEL)
  kfree(p)
  say(201, 1, 'go')
  p.write_u8(20 - 1, 1)
  say(202, 1, 'done')
})

lone('oobr_20', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(20, GFP_KERNEL)
  say(301, 1, 'go')
  r = p.read_u8(20)
  say(302, 1, 'done')
  kfree(p)
})

lone('uafr_115', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(115, GFP_KERNEL)
  kfree(p)
  say(401, 1, 'go')
  r = p.read_u8(4)
  say(402, 1, 'done')
})

lone('uafw_115', () => {
  let p: any = null
  p = kmalloc(115, GFP_KERNEL)
  kfree(p)
  say(501, 1, 'go')
  p.write_u8(115 - 1, 1)
  say(502, 1, 'done')
})

lone('oobr_115', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(115, GFP_KERNEL)
  say(601, 1, 'go')
  r = p.read_u8(115)
  say(602, 1, 'done')
  kfree(p)
})

lone('uafr_200', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(200, GFP_KERNEL)
  kfree(p)
  say(701, 1, 'go')
  r = p.read_u8(4)
  say(702, 1, 'done')
})

lone('uafw_200', () => {
  let p: any = null
  p = kmalloc(200, GFP_KERNEL)
  kfree(p)
  say(801, 1, 'go')
  p.write_u8(200 - 1, 1)
  say(802, 1, 'done')
})

lone('oobr_200', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(200, GFP_KERNEL)
  say(901, 1, 'go')
  r = p.read_u8(200)
  say(902, 1, 'done')
  kfree(p)
})

lone('uafr_2000', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(2000, GFP_KERNEL)
  kfree(p)
  say(1001, 1, 'go')
  r = p.read_u8(4)
  say(1002, 1, 'done')
})

lone('uafw_2000', () => {
  let p: any = null
  p = kmalloc(2000, GFP_KERNEL)
  kfree(p)
  say(1101, 1, 'go')
  p.write_u8(2000 - 1, 1)
  say(1102, 1, 'done')
})

lone('oobr_2000', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(2000, GFP_KERNEL)
  say(1201, 1, 'go')
  r = p.read_u8(2000)
  say(1202, 1, 'done')
  kfree(p)
})

lone('uafr_8192', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(8192, GFP_KERNEL)
  kfree(p)
  say(1301, 1, 'go')
  r = p.read_u8(4)
  say(1302, 1, 'done')
})

lone('uafw_8192', () => {
  let p: any = null
  p = kmalloc(8192, GFP_KERNEL)
  kfree(p)
  say(1401, 1, 'go')
  p.write_u8(8192 - 1, 1)
  say(1402, 1, 'done')
})

lone('oobr_8192', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(8192, GFP_KERNEL)
  say(1501, 1, 'go')
  r = p.read_u8(8192)
  say(1502, 1, 'done')
  kfree(p)
})

lone('luaf_9000', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(9000, GFP_KERNEL)
  kfree(p)
  say(1601, 1, 'go')
  r = p.read_u8(4)
  say(1602, 1, 'done')
})

lone('loob_9000', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(9000, GFP_KERNEL)
  say(1701, 1, 'go')
  r = p.read_u8(9000)
  say(1702, 1, 'done')
  kfree(p)
})

lone('ldbl_9000', () => {
  let p: any = null
  p = kmalloc(9000, GFP_KERNEL)
  kfree(p)
  say(1801, 1, 'go')
  kfree(p)
  say(1802, 1, 'done')
})

lone('lint_9000', () => {
  let p: any = null
  p = kmalloc(9000, GFP_KERNEL)
  say(1901, 1, 'go')
  kfree(p.add(8))
  say(1902, 1, 'done')
})

lone('linp_9000', () => {
  let p: any = null
  p = kmalloc(9000, GFP_KERNEL)
  say(2001, 1, 'go')
  kfree(p.add(4096))
  say(2002, 1, 'done')
})

lone('luaf_20000', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(20000, GFP_KERNEL)
  kfree(p)
  say(2101, 1, 'go')
  r = p.read_u8(4)
  say(2102, 1, 'done')
})

lone('loob_20000', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(20000, GFP_KERNEL)
  say(2201, 1, 'go')
  r = p.read_u8(20000)
  say(2202, 1, 'done')
  kfree(p)
})

lone('ldbl_20000', () => {
  let p: any = null
  p = kmalloc(20000, GFP_KERNEL)
  kfree(p)
  say(2301, 1, 'go')
  kfree(p)
  say(2302, 1, 'done')
})

lone('lint_20000', () => {
  let p: any = null
  p = kmalloc(20000, GFP_KERNEL)
  say(2401, 1, 'go')
  kfree(p.add(8))
  say(2402, 1, 'done')
})

lone('linp_20000', () => {
  let p: any = null
  p = kmalloc(20000, GFP_KERNEL)
  say(2501, 1, 'go')
  kfree(p.add(4096))
  say(2502, 1, 'done')
})

lone('luaf_16384', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(16384, GFP_KERNEL)
  kfree(p)
  say(2601, 1, 'go')
  r = p.read_u8(4)
  say(2602, 1, 'done')
})

lone('loob_16384', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(16384, GFP_KERNEL)
  say(2701, 1, 'go')
  r = p.read_u8(16384)
  say(2702, 1, 'done')
  kfree(p)
})

lone('ldbl_16384', () => {
  let p: any = null
  p = kmalloc(16384, GFP_KERNEL)
  kfree(p)
  say(2801, 1, 'go')
  kfree(p)
  say(2802, 1, 'done')
})

lone('lint_16384', () => {
  let p: any = null
  p = kmalloc(16384, GFP_KERNEL)
  say(2901, 1, 'go')
  kfree(p.add(8))
  say(2902, 1, 'done')
})

lone('linp_16384', () => {
  let p: any = null
  p = kmalloc(16384, GFP_KERNEL)
  say(3001, 1, 'go')
  kfree(p.add(4096))
  say(3002, 1, 'done')
})

lone('oobl_64', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(64, GFP_KERNEL)
  say(3101, 1, 'go')
  r = p.read_u8(-1)
  say(3102, 1, 'done')
  kfree(p)
})

lone('oobl_24', () => {
  let p: any = null
  p = kmalloc(20, GFP_KERNEL)
  say(3201, 1, 'go')
  p.write_u8(21, 1)
  say(3202, 1, 'done')
  kfree(p)
})

lone('oob_far', () => {
  let p: any = null
  let q: any = null
  let r: any = 0
  p = kmalloc(64, GFP_KERNEL)
  q = kmalloc(64, GFP_KERNEL)
  say(3301, 1, 'go')
  r = p.read_u8(100)
  say(3302, 1, 'done')
  kfree(p)
  kfree(q)
})

lone('oob_straddle', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(60, GFP_KERNEL)
  say(3401, 1, 'go')
  r = p.read_u64(56)
  say(3402, 1, 'done')
  kfree(p)
})

lone('zero_size', () => {
  let p: any = null
  let r: any = 0
  p = kmalloc(0, GFP_KERNEL)
  say(3501, 1, 'go')
  r = p.read_u8(0)
  say(3502, 1, 'done')
  kfree(p)
})

lone('null_read', () => {
  let p: any = null
  let r: any = 0
  p = null
  say(3601, 1, 'go')
  r = p.read_u8(0)
  say(3602, 1, 'done')
})

lone('null_field', () => {
  let p: any = null
  p = null
  say(3701, 1, 'go')
  p.write_u8(5000, 1)
  say(3702, 1, 'done')
})

lone('wild_read', () => {
  let p: any = null
  let r: any = 0
  say(3801, 1, 'go')
  p = phys_to_virt(0n).add(0xdead000000000122n - phys_to_virt(0n).addr)
  r = p.read_u8(0)
  say(3802, 1, 'done')
})

lone('dfree', () => {
  let p: any = null
  p = kmalloc(64, GFP_KERNEL)
  kfree(p)
  say(3901, 1, 'go')
  kfree(p)
  say(3902, 1, 'done')
})

lone('dfree_sens', () => {
  let p: any = null
  p = kmalloc(64, GFP_KERNEL)
  kfree(p)
  say(4001, 1, 'go')
  kfree_sensitive(p)
  say(4002, 1, 'done')
})

lone('dfree_between', () => {
  let p: any = null
  let q: any = null
  p = kmalloc(64, GFP_KERNEL)
  q = kmalloc(64, GFP_KERNEL)
  kfree(p)
  kfree(q)
  say(4101, 1, 'go')
  kfree(p)
  say(4102, 1, 'done')
})

lone('inv_8', () => {
  let p: any = null
  p = kmalloc(64, GFP_KERNEL)
  say(4201, 1, 'go')
  kfree(p.add(8))
  say(4202, 1, 'done')
})

lone('inv_freed8', () => {
  let p: any = null
  p = kmalloc(64, GFP_KERNEL)
  kfree(p)
  say(4301, 1, 'go')
  kfree(p.add(8))
  say(4302, 1, 'done')
})

lone('inv_end', () => {
  let p: any = null
  let q: any = null
  p = kmalloc(64, GFP_KERNEL)
  q = kmalloc(64, GFP_KERNEL)
  say(4401, 1, 'go')
  kfree(p.add(64))
  say(4402, 1, 'done')
})

lone('kvfree_dbl', () => {
  let p: any = null
  p = kvmalloc(64, GFP_KERNEL)
  kvfree(p)
  say(4501, 1, 'go')
  kvfree(p)
  say(4502, 1, 'done')
})

lone('krealloc_freed', () => {
  let p: any = null
  let q: any = null
  p = kmalloc(64, GFP_KERNEL)
  kfree(p)
  say(4601, 1, 'go')
  q = krealloc(p, 100, GFP_KERNEL)
  say(4602, isNull(q), 'null')
})

lone('krealloc_freed_same', () => {
  let p: any = null
  let q: any = null
  p = kmalloc(64, GFP_KERNEL)
  kfree(p)
  say(4701, 1, 'go')
  q = krealloc(p, 60, GFP_KERNEL)
  say(4702, isNull(q), 'null')
})

lone('krealloc_old', () => {
  let p: any = null
  let q: any = null
  let r: any = 0
  p = kmalloc(64, GFP_KERNEL)
  q = krealloc(p, 200, GFP_KERNEL)
  say(4801, 1, 'go')
  r = p.read_u8(0)
  say(4802, 1, 'done')
  kfree(q)
})

lone('krealloc_shrink', () => {
  let p: any = null
  let q: any = null
  let r: any = 0
  p = kmalloc(64, GFP_KERNEL)
  q = krealloc(p, 20, GFP_KERNEL)
  say(4901, same(p, q), 'same')
  say(4902, 1, 'go')
  r = q.read_u8(40)
  say(4903, 1, 'done')
  kfree(q)
})

lone('ksize_freed', () => {
  let p: any = null
  p = kmalloc(64, GFP_KERNEL)
  kfree(p)
  say(5001, 1, 'go')
  say(5002, ksize(p), 'ksize')
})

lone('ksize_use', () => {
  let p: any = null
  p = kmalloc(40, GFP_KERNEL)
  say(5101, ksize(p), 'ksize')
  say(5102, 1, 'go')
  p.write_u8(50, 1)
  say(5103, 1, 'done')
  kfree(p)
})

lone('memset_over', () => {
  let p: any = null
  p = kmalloc(64, GFP_KERNEL)
  say(5201, 1, 'go')
  memset(p, 0, 65)
  say(5202, 1, 'done')
  kfree(p)
})

lone('memcpy_over', () => {
  let p: any = null
  let q: any = null
  p = kmalloc(64, GFP_KERNEL)
  q = kmalloc(128, GFP_KERNEL)
  say(5301, 1, 'go')
  memcpy(q, p, 80)
  say(5302, 1, 'done')
  kfree(p)
  kfree(q)
})

lone('memcpy_uaf', () => {
  let p: any = null
  let q: any = null
  p = kmalloc(64, GFP_KERNEL)
  q = kmalloc(128, GFP_KERNEL)
  kfree(p)
  say(5401, 1, 'go')
  memcpy(q, p, 64)
  say(5402, 1, 'done')
  kfree(q)
})

lone('null_5000', () => {
  let p: any = null
  let r: any = 0
  p = null
  say(5501, 1, 'go')
  r = p.read_u8(5000)
  say(5502, 1, 'done')
})

lone('null_4095', () => {
  let p: any = null
  let r: any = 0
  p = null
  say(5601, 1, 'go')
  r = p.read_u8(4095)
  say(5602, 1, 'done')
})

lone('copy_over', () => {
  let p: any = null
  let q: any = null
  p = kmalloc(64, GFP_KERNEL)
  q = kmalloc(64, GFP_KERNEL)
  say(5701, 1, 'go')
  memmove(q, p, 70)
  say(5702, 1, 'done')
})

lone('memcmp_over', () => {
  let p: any = null
  let q: any = null
  let r: any = 0
  p = kmalloc(64, GFP_KERNEL)
  q = kmalloc(64, GFP_KERNEL)
  memset(p, 1, 64)
  memset(q, 1, 64)
  say(5801, 1, 'go')
  r = memcmp(q, p, 70)
  say(5802, 1, 'done')
})

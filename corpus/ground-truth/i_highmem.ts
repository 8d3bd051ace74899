// Case i_highmem: with high memory every `kmap_local_page` has a slot of its own, descending, two pages apart; the same
// page mapped twice has two addresses. `page_address` stays NULL, but for the address that `kmap` gave.
// @machine arch=i386-highmem memory=1536M debug=on
// Measured: i386 debug=on
import { __free_page, alloc_page, GFP_HIGHUSER, GFP_KERNEL, kmap, kmap_local_page, kunmap, kunmap_local, page_address } from 'linux'
import { page_ref_count, PageHighMem } from 'linux'
import type { Ptr } from 'linux'
import { say } from './measure.ts'

const hex = (p: Ptr | null) => `0x${(p === null ? 0n : p.addr).toString(16)}`
const text = 'through-m0'

const p = Array.from({ length: 6 }, () => alloc_page(GFP_HIGHUSER)!)
p.forEach((page, i) => {
  say(1, `p${i}.PageHighMem`, PageHighMem(page))
  say(1, `p${i}.page_address`, hex(page_address(page)))
})
const m = [0, 1, 2, 3].map((i) => kmap_local_page(p[i]!))
m.forEach((at, i) => say(2, `m${i}`, hex(at)))
const m4 = kmap_local_page(p[0]!)
say(2, 'm4', hex(m4))
say(2, 'm4==m0', m4.eq(m[0]!))
;[...text].forEach((c, i) => m[0]!.write_u8(i, c.charCodeAt(0)))
say(2, 'content', String.fromCharCode(...[...text].map((_, i) => m4.read_u8(i))))
const low = alloc_page(GFP_KERNEL)!
const l = kmap_local_page(low)
say(2, '==page_address', l.eq(page_address(low)!))
kunmap_local(l)
say(2, 'p0.page_ref_count', page_ref_count(p[0]!))
say(2, 'p0.page_address_while_mapped', hex(page_address(p[0]!)))
kunmap_local(m4)
kunmap_local(m[3]!)
const again = kmap_local_page(p[5]!)
say(3, 'slot_reused(new==old_m3)', again.eq(m[3]!))
say(3, 'addr', hex(again))
kunmap_local(again)
for (const i of [2, 1, 0]) kunmap_local(m[i]!)
say(3, 'done', 1)
const k = kmap(p[1]!)
say(4, 'addr', hex(k))
say(4, 'page_address(p1)==addr', page_address(p[1]!)!.eq(k))
say(4, 'same_addr', kmap(p[1]!).eq(k))
kunmap(p[1]!)
kunmap(p[1]!)
say(4, 'page_address(p1)', hex(page_address(p[1]!)))
const a = kmap_local_page(p[0]!)
const b = kmap_local_page(p[1]!)
kunmap_local(a)
say(5, 'survived', 1)
kunmap_local(b)
say(5, 'survived', 1)
for (const page of [...p, low]) __free_page(page)

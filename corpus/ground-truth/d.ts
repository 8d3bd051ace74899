// Case d: vmalloc pages have a reference each. `vfree` drops one of each page: a page that is held stays and can
// be written, the others are free, and the address is not reused at once.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 1 contig[1]: which pages lie on the per-cpu list depends on the boot
// Varies: 1 contig[2]: which pages lie on the per-cpu list depends on the boot
// Varies: 1 contig[3]: which pages lie on the per-cpu list depends on the boot
// Varies: 8 w.page[0]_is_v.page: the order of the lists after the other frees of the boot
// Varies: 8 w.page[1]_is_v.page: the order of the lists after the other frees of the boot
// Varies: 8 w.page[2]_is_v.page: the order of the lists after the other frees of the boot
// Varies: 8 w.page[3]_is_v.page: the order of the lists after the other frees of the boot
import { get_page, is_vmalloc_addr, kmap_local_page, kunmap_local, page_address, page_ref_count, PAGE_SIZE, page_to_pfn } from 'linux'
import { put_page, vfree, virt_addr_valid, vmalloc, vmalloc_to_page } from 'linux'
import type { page, Ptr } from 'linux'
import { dump, say } from './measure.ts'

const text = (p: Ptr, n: number) => String.fromCharCode(...Array.from({ length: n }, (_, i) => p.read_u8(i)))
const put = (p: Ptr, s: string) => [...s].forEach((c, i) => p.write_u8(i, c.charCodeAt(0)))

const v = vmalloc(4 * PAGE_SIZE)!
put(v, 'vmalloc-data')
const pages: page[] = [0, 1, 2, 3].map((i) => vmalloc_to_page(v.add(i * PAGE_SIZE))!)
say(1, 'is_vmalloc_addr(v)', is_vmalloc_addr(v))
say(1, 'virt_addr_valid(v)', virt_addr_valid(v))
pages.forEach((p, i) => {
  dump(1, `page[${i}]`, p)
  say(1, `contig[${i}]`, i > 0 && page_to_pfn(p) === page_to_pfn(pages[i - 1]!) + 1)
})
say(1, 'page_address(page0)==v', page_address(pages[0]!)!.eq(v))
say(2, '==page[3]', vmalloc_to_page(v.add(3 * PAGE_SIZE + 17)) === pages[3])
say(3, 'return', vmalloc_to_page(v.add(4 * PAGE_SIZE)) === null ? 'NULL' : 'page')
const x = pages[0]!
get_page(x)
dump(4, 'x', x)
vfree(v)
dump(5, 'x', x)
for (const i of [1, 2, 3]) say(5, `page[${i}].page_ref_count`, page_ref_count(pages[i]!))
say(6, 'return', vmalloc_to_page(v) === null ? 'NULL' : 'page')
const m = kmap_local_page(x)
say(7, 'content_before', text(m, 12))
put(m, 'written-after-vfree')
say(7, 'content_after', text(m, 19))
say(7, 'm==page_address(page[0])', m.eq(page_address(x)!))
kunmap_local(m)
const w = vmalloc(4 * PAGE_SIZE)!
say(8, 'w==v', w.eq(v))
for (const i of [0, 1, 2, 3]) say(8, `w.page[${i}]_is_v.page`, pages.indexOf(vmalloc_to_page(w.add(i * PAGE_SIZE))!))
put_page(x)
dump(9, 'x', x)
vfree(w)

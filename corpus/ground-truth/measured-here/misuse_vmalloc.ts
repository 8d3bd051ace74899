// Case misuse_vmalloc: vmalloc areas used after their end or freed by a wrong call; local mappings used after their end.
// @machine memory=512M debug=on
// Measured: here-kasan debug=on
import {
  GFP_KERNEL,
  PAGE_KERNEL,
  VM_MAP,
  __free_page,
  alloc_page,
  kfree,
  kmap_local_page,
  kunmap_local,
  page_address,
  page_ref_count,
  vfree,
  vmalloc,
  vmalloc_to_page,
  vmap,
  vunmap,
} from 'linux'
import { lone, say } from './values.ts'

lone('vm_oob', () => {
  let p: any = null
  let r: any = 0
  p = vmalloc(5000)
  say(101, 1, 'go')
  r = p.read_u8(5000)
  say(102, 1, 'done')
  vfree(p)
})

lone('vm_guard', () => {
  let p: any = null
  let r: any = 0
  p = vmalloc(8192)
  say(201, 1, 'go')
  r = p.read_u8(8192)
  say(202, 1, 'done')
  vfree(p)
})

lone('vm_left', () => {
  let p: any = null
  let r: any = 0
  p = vmalloc(8192)
  say(301, 1, 'go')
  r = p.read_u8(-1)
  say(302, 1, 'done')
  vfree(p)
})

lone('vm_uaf', () => {
  let p: any = null
  let r: any = 0
  p = vmalloc(8192)
  vfree(p)
  say(401, 1, 'go')
  r = p.read_u8(0)
  say(402, 1, 'done')
})

lone('vm_dbl', () => {
  let p: any = null
  p = vmalloc(8192)
  vfree(p)
  say(501, 1, 'go')
  vfree(p)
  say(502, 1, 'done')
})

lone('vm_int', () => {
  let p: any = null
  p = vmalloc(8192)
  say(601, 1, 'go')
  vfree(p.add(100))
  say(602, 1, 'done')
})

lone('vm_intp', () => {
  let p: any = null
  p = vmalloc(8192)
  say(701, 1, 'go')
  vfree(p.add(4096))
  say(702, 1, 'done')
})

lone('vm_kfree', () => {
  let p: any = null
  p = vmalloc(8192)
  say(801, 1, 'go')
  kfree(p)
  say(802, 1, 'done')
})

lone('vm_vfree_page', () => {
  let p: any = null
  let g: any = null
  g = alloc_page(GFP_KERNEL)
  say(901, 1, 'go')
  p = page_address(g)
  vfree(p)
  say(902, 1, 'done')
})

lone('vm_vunmap', () => {
  let p: any = null
  let g: any = null
  p = vmalloc(8192)
  g = vmalloc_to_page(p)!
  say(1001, 1, 'go')
  vunmap(p)
  say(1002, page_ref_count(g), 'ref')
})

lone('vm_vunmap_dbl', () => {
  let p: any = null
  const g: any[] = []
  g[0] = alloc_page(GFP_KERNEL)
  g[1] = alloc_page(GFP_KERNEL)
  p = vmap(g, 2, VM_MAP, PAGE_KERNEL)
  vunmap(p)
  say(1101, 1, 'go')
  vunmap(p)
  say(1102, 1, 'done')
})

lone('vm_vmap_uaf', () => {
  let p: any = null
  const g: any[] = []
  let r: any = 0
  g[0] = alloc_page(GFP_KERNEL)
  g[1] = alloc_page(GFP_KERNEL)
  p = vmap(g, 2, VM_MAP, PAGE_KERNEL)
  __free_page(g[0])
  say(1201, 1, 'go')
  r = p.read_u8(0)
  say(1202, 1, 'done')
  vunmap(p)
})

lone('vm_page_uaf', () => {
  let p: any = null
  let q: any = null
  let g: any = null
  let r: any = 0
  p = vmalloc(8192)
  g = vmalloc_to_page(p)!
  q = page_address(g)
  vfree(p)
  say(1301, 1, 'go')
  r = q.read_u8(0)
  say(1302, 1, 'done')
})

lone('kmap_freed', () => {
  let p: any = null
  let g: any = null
  let r: any = 0
  g = alloc_page(GFP_KERNEL)
  p = kmap_local_page(g)
  __free_page(g)
  say(1401, 1, 'go')
  r = p.read_u8(0)
  say(1402, 1, 'done')
  kunmap_local(p)
})

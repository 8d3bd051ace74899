// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// References and pins of two pages of one compound block: they all count on the head, and each is given back its way.
import { __free_pages, __GFP_COMP, alloc_pages, get_user_pages_fast, GFP_KERNEL, misc_register, nth_page } from 'linux'
import { pin_user_pages_fast, put_page, unpin_user_pages, vm_insert_page } from 'linux'
import type { page, Ptr, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, munmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 1)!
const insert = (vma: vm_area_struct, i: number) => vm_insert_page(vma, vma.vm_start + BigInt(i * 4096), nth_page(block, i))
misc_register({ name: 'lab', fops: { mmap: (_file, vma) => insert(vma, 0) || insert(vma, 1) } })
waitpid(spawn('reader', () => {
  const m = mmap(null, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, open('/dev/lab', 2), 0) as Ptr
  const held: page[] = []
  const pinned: page[] = []
  get_user_pages_fast(m.addr, 2, 0, held)
  pin_user_pages_fast(m.addr, 2, 0, pinned)
  munmap(m, 8192)
  put_page(held[0]!)
  put_page(held[1]!)
  unpin_user_pages(pinned, 2)
}))
__free_pages(block, 1)

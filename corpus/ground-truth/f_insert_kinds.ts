// Case f_insert_kinds: what `vm_insert_page` takes: counted pages without a type; slab, free, anonymous pages, the zero
// page and tails without a count are refused.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { __free_page, __free_pages, __GFP_COMP, alloc_page, alloc_pages, ClearPageReserved, current, FOLL_WRITE } from 'linux'
import { get_user_pages_fast, GFP_KERNEL, kfree, kmalloc, nth_page, page_count, PAGE_SIZE, put_page, SetPageReserved } from 'linux'
import { vfree, virt_to_page, vm_insert_page, vma_lookup, vmalloc, vmalloc_to_page, zap_page_range_single } from 'linux'
import type { page, Ptr } from 'linux'
import { MAP_ANONYMOUS, MAP_PRIVATE, mmap, MREMAP_FIXED, MREMAP_MAYMOVE, mremap, munmap, PROT_READ, PROT_WRITE } from 'user'
import { allocate, driver, freeBlock, mapBlock, program, state } from './driver.ts'
import { say } from './measure.ts'

program((fd) => {
  state.how = 'mixed'
  state.block = allocate(0)
  const m = mapBlock(fd)

  function insert(step: number, p: page) {
    state.step = step
    say(step, 'kind.page_ref_count_before', page_count(p))
    const vma = vma_lookup(current.mm!, state.address)
    const result = vma === null ? -2 : vm_insert_page(vma, state.address, p)
    say(step, 'vm_insert_page.return', result)
    say(step, 'kind.page_ref_count_after', page_count(p))
    if (result !== 0) return
    say(step, 'second_insert_same_address.return', vm_insert_page(vma!, state.address, p))
    zap_page_range_single(vma!, state.address, PAGE_SIZE, null)
    say(step, 'kind.page_ref_count_after_zap', page_count(p))
  }

  const anonymous = mmap(null, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) as Ptr
  /** The page behind an address of the program, without keeping a reference. */
  function behind(address: bigint, flags: number): page {
    const pages: page[] = []
    get_user_pages_fast(address, 1, flags, pages)
    put_page(pages[0]!)
    return pages[0]!
  }

  driver(fd, () => {
    const single = alloc_page(GFP_KERNEL)!
    insert(2, single)
    const object = kmalloc(256, GFP_KERNEL)!
    insert(3, virt_to_page(object))
    kfree(object)
    const v = vmalloc(PAGE_SIZE)!
    insert(4, vmalloc_to_page(v)!)
    vfree(v)
    const compound = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
    insert(5, nth_page(compound, 1))
    __free_pages(compound, 2)
    const block = alloc_pages(GFP_KERNEL, 2)!
    insert(6, nth_page(block, 1))
    __free_pages(block, 2)
    insert(7, behind(anonymous.addr + BigInt(PAGE_SIZE), 0))
    const large = kmalloc(12288, GFP_KERNEL)!
    insert(8, virt_to_page(large))
    kfree(large)
    const freed = alloc_page(GFP_KERNEL)!
    __free_page(freed)
    insert(9, freed)
    SetPageReserved(single)
    insert(10, single)
    ClearPageReserved(single)
    __free_page(single)
    // Faulted in here: before, a zap would have drained the batch that the measured count has in it.
    insert(11, behind(anonymous.addr, FOLL_WRITE))
  })
  state.step = 12
  const moved = mremap(m, PAGE_SIZE, PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, m.addr - 0x10000n) as Ptr
  driver(fd, () => insert(12, state.block!))
  munmap(moved, PAGE_SIZE)
  driver(fd, freeBlock)
})

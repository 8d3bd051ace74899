// @machine memory=64M debug=off
// @expect none
//
// Who holds an address space, and its counters of resident pages.
import {
  __free_page,
  add_mm_counter,
  alloc_page,
  current,
  dec_mm_counter,
  get_mm_counter,
  GFP_KERNEL,
  inc_mm_counter,
} from 'linux'
import {
  misc_register,
  MM_ANONPAGES,
  MM_FILEPAGES,
  MM_SHMEMPAGES,
  MM_SWAPENTS,
  mmdrop,
  mmget,
  mmgrab,
  mmput,
} from 'linux'
import { module_exit, vm_insert_page, type mm_struct, type page } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, mmap, munmap, open, PROT_READ, PROT_WRITE, spawn } from 'user'
import type { Ptr } from 'linux'
import { is } from './is.ts'

const pages: page[] = []
for (let i = 0; i < 40; i++) pages.push(alloc_page(GFP_KERNEL)!)
let kept: mm_struct
misc_register({
  name: 'dev',
  fops: {
    mmap(_file, vma) {
      for (let i = 0; i < 40; i++) vm_insert_page(vma, vma.vm_start + BigInt(i * 4096), pages[i]!)
      return 0
    },
    ioctl(_file, cmd) {
      const mm = current.mm!
      if (cmd === 0) {
        is('users and holders', `${mm.mm_users} ${mm.mm_count}`, '1 1')
        mmget(mm)
        mmgrab(mm)
        is('one more of each', `${mm.mm_users} ${mm.mm_count}`, '2 2')
        mmput(mm)
        is('after mmput', `${mm.mm_users} ${mm.mm_count}`, '1 2')
        kept = mm
      } else if (cmd === 1) {
        // Each cpu keeps up to 31 to itself.
        is('file pages', get_mm_counter(mm, MM_FILEPAGES), 32)
      } else if (cmd === 2) {
        is('file pages when unmapped', get_mm_counter(mm, MM_FILEPAGES), 0)
        is('anonymous pages', get_mm_counter(mm, MM_ANONPAGES), 32)
        is('shared anonymous pages', get_mm_counter(mm, MM_SHMEMPAGES), 32)
        is('swapped out', get_mm_counter(mm, MM_SWAPENTS), 0)
        inc_mm_counter(mm, MM_SWAPENTS)
        is('what a cpu keeps is not read', get_mm_counter(mm, MM_SWAPENTS), 0)
        add_mm_counter(mm, MM_SWAPENTS, 31)
        is('until it has 32', get_mm_counter(mm, MM_SWAPENTS), 32)
        dec_mm_counter(mm, MM_SWAPENTS)
        is('and not less at once', get_mm_counter(mm, MM_SWAPENTS), 32)
        add_mm_counter(mm, MM_SWAPENTS, -31)
        is('a sum of nothing', get_mm_counter(mm, MM_SWAPENTS), 0)
      }
      return 0
    },
  },
})
spawn('holder', () => {
  const fd = open('/dev/dev')
  ioctl(fd, 0)
  const a = mmap(null, 40 * 4096, PROT_READ, MAP_SHARED, fd, 0) as Ptr
  ioctl(fd, 1)
  munmap(a, 40 * 4096)
  for (const flags of [MAP_PRIVATE, MAP_SHARED]) {
    const m = mmap(null, 32 * 4096, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0) as Ptr
    for (let i = 0; i < 32; i++) m.write_u8(i * 4096, 1)
  }
  ioctl(fd, 2)
})
module_exit(() => {
  is('after the exit', `${kept.mm_users} ${kept.mm_count}`, '0 1')
  mmdrop(kept)
  for (const p of pages) __free_page(p)
})

// @machine memory=64M debug=off
// @expect none
//
// What system calls, insertions, GUP, pins, pipes and mremap() answer and count, one value a line.
import * as k from 'linux'
import * as user from 'user'
import { sim } from 'sim'
import type { page, Ptr, vm_area_struct, vm_fault } from 'linux'
const t = (what: string, got: unknown, want: unknown) => {
  if (String(got) !== String(want)) k.pr_info(`${what}: ${got}, not ${want}`)
  k.WARN_ON(String(got) !== String(want))
}
const pg = k.alloc_page(k.GFP_KERNEL)!
const blk = k.alloc_pages(k.GFP_KERNEL | k.__GFP_COMP, 2)!
const nc = k.alloc_pages(k.GFP_KERNEL, 2)!
let mode = 0
let hook: (vma: vm_area_struct) => number = () => 0
let io: (cmd: number, arg: never) => number = () => 0
const rm = (p: page) => `${k.page_ref_count(p)}/${k.page_mapcount(p)}`
k.misc_register({ name: 'lab', fops: { mmap: (_f, vma) => hook(vma), ioctl: (_f, c, a) => io(c, a as never) } })
const RW = 3
const pid = user.spawn('u', () => {
  const fd = user.open('/dev/lab', 2) as number
  t('open enoent', user.open('/dev/none', 2), -2)
  t('close ebadf', user.close(77), -9)
  t('mmap badfd', user.mmap(null, 4096, RW, user.MAP_SHARED, 77, 0), -9)
  t('mmap len0', user.mmap(null, 0, RW, user.MAP_SHARED, fd, 0), -22)
  t('mmap off', user.mmap(null, 4096, RW, user.MAP_SHARED, fd, 100), -22)
  hook = () => -5
  t('hook err', user.mmap(null, 4096, RW, user.MAP_SHARED, fd, 0), -5)
  hook = (vma) => {
    t('vm_pgoff', vma.vm_pgoff, 3)
    t('len', Number(vma.vm_end - vma.vm_start), 8192)
    t('flags', (vma.vm_flags & (k.VM_READ | k.VM_WRITE | k.VM_SHARED)).toString(16), 'b')
    t('out', k.vm_insert_page(vma, vma.vm_end, pg), -14)
    t('ins', k.vm_insert_page(vma, vma.vm_start, pg), 0)
    t('busy', k.vm_insert_page(vma, vma.vm_start, pg), -16)
    t('nctail', k.vm_insert_page(vma, vma.vm_start + 4096n, k.nth_page(nc, 1)), -22)
    t('mixed', (vma.vm_flags & k.VM_MIXEDMAP) !== 0, true)
    return 0
  }
  let m = user.mmap(null, 8192, RW, user.MAP_SHARED, fd, 3 * 4096) as Ptr
  t('ref ins', rm(pg), '2/1')
  t('munmap unaligned', user.munmap(m.add(1), 4096), -22)
  t('munmap 0', user.munmap(m, 0), -22)
  t('munmap ok', user.munmap(m, 8192), 0)
  t('munmap again', user.munmap(m, 8192), 0)
  t('ref after', rm(pg), '1/0')
  hook = (vma) => {
    for (let i = 0; i < 4; i++) t('insc', k.vm_insert_page(vma, vma.vm_start + BigInt(i * 4096), k.nth_page(blk, i)), 0)
    return 0
  }
  m = user.mmap(null, 4 * 4096, RW, user.MAP_SHARED, fd, 0) as Ptr
  t(
    'comp refs',
    `${rm(blk)} ${rm(k.nth_page(blk, 1))} ${k.folio_mapcount(k.page_folio(blk))} ${k.page_count(k.nth_page(blk, 3))}`,
    '5/1 0/1 4 5',
  )
  const got: page[] = []
  io = (c, a) => {
    const ua = BigInt((a as Ptr).addr ?? a)
    if (c === 0) {
      t('gupf', k.get_user_pages_fast(ua, 3, k.FOLL_WRITE, got), 3)
      t('gup refs', `${rm(blk)} ${got.map((p) => k.page_to_pfn(p) - k.page_to_pfn(blk)).join()}`, '8/1 0,1,2')
      for (const p of got.splice(0)) k.put_page(p)
    }
    if (c === 1) {
      t('pinf', k.pin_user_pages_fast(ua, 2, k.FOLL_WRITE, got), 2)
      t('pin refs', `${rm(blk)} ${k.folio_maybe_dma_pinned(k.page_folio(blk))}`, '7/1 true')
      k.unpin_user_pages(got, 2)
      got.length = 0
      t('unpinned', `${rm(blk)} ${k.folio_maybe_dma_pinned(k.page_folio(blk))}`, '5/1 false')
    }
    if (c === 2) {
      t('gup bad', k.get_user_pages_fast(0x1000n, 1, 0, got), -14)
    }
    if (c === 3) {
      t('gup partial', k.get_user_pages_fast(ua, 8, 0, got), 5)
      for (const p of got.splice(0)) k.put_page(p)
    }
    if (c === 4) {
      k.mmap_read_lock(k.current.mm!)
      t('gup slow', k.get_user_pages(ua, 4, k.FOLL_WRITE, got), 4)
      k.mmap_read_unlock(k.current.mm!)
      for (const p of got.splice(0)) k.put_page(p)
    }
    if (c === 5) {
      t('longterm', k.pin_user_pages_fast(ua, 1, k.FOLL_WRITE | k.FOLL_LONGTERM, got), 1)
      k.unpin_user_page(got.pop()!)
    }
    if (c === 6) {
      t('gup 0', k.get_user_pages_fast(ua, 0, 0, got), 0)
    }
    if (c === 7) {
      t('gup write ro', k.get_user_pages_fast(ua, 1, k.FOLL_WRITE, got), -14)
    }
    if (c === 8) {
      t('pin anon', k.pin_user_pages_fast(ua, 1, k.FOLL_WRITE, got), 1)
      t('pin anon cnt', `${rm(got[0]!)} ${k.folio_maybe_dma_pinned(k.page_folio(got[0]!))}`, '1026/1 true')
      k.unpin_user_page(got.pop()!)
    }
    if (c === 9) {
      t('get anon', k.get_user_pages_fast(ua, 1, k.FOLL_WRITE, got), 1)
      t('get anon cnt', rm(got[0]!), '3/1')
      k.put_page(got.pop()!)
    }
    if (c === 10) {
      t('gup unaligned', k.get_user_pages_fast(ua + 100n, 1, 0, got), 1)
      k.put_page(got.pop()!)
    }
    return 0
  }
  for (const c of [0, 1, 2, 4, 5, 6, 10]) user.ioctl(fd, c, m)
  user.munmap(m.add(4096), 4096)
  t('hole', `${rm(blk)} ${rm(k.nth_page(blk, 1))} ${rm(k.nth_page(blk, 2))}`, '4/1 0/0 0/1')
  const mv = user.mremap(m.add(2 * 4096), 8192, 8192, user.MREMAP_MAYMOVE | user.MREMAP_FIXED, 0x50000000n) as Ptr
  t('mremap', `${mv.addr.toString(16)} ${rm(blk)}`, '50000000 4/1')
  const ch = user.fork(() => {
    t('fork', rm(blk), '7/2')
    return 0
  })
  user.waitpid(ch)
  t('child gone', rm(blk), '4/1')
  // There is room behind it, but what is added would have to merge, which an area of VM_MIXEDMAP never does.
  t('mremap grow mixed', user.mremap(mv, 8192, 16384, user.MREMAP_MAYMOVE), -12)
  hook = (vma) => {
    t('rpr', k.remap_pfn_range(vma, vma.vm_start, k.page_to_pfn(pg), 4096, vma.vm_page_prot), 0)
    t(
      'rpr flags',
      (vma.vm_flags & (k.VM_IO | k.VM_PFNMAP | k.VM_DONTEXPAND | k.VM_DONTDUMP)) ===
        (k.VM_IO | k.VM_PFNMAP | k.VM_DONTEXPAND | k.VM_DONTDUMP),
      true,
    )
    return 0
  }
  const r = user.mmap(null, 4096, RW, user.MAP_SHARED, fd, 0) as Ptr
  t('rpr counts', rm(pg), '1/0')
  const pfds: number[] = []
  t('pipe', user.pipe(pfds), 0)
  t('vmsplice pfnmap', user.vmsplice(pfds[1]!, [{ iov_base: r, iov_len: 64 }], 1, 0), -14)
  t('write pfnmap', user.write(pfds[1]!, r, 64), 64)
  t('mremap pfn grow', user.mremap(r, 4096, 8192, user.MREMAP_MAYMOVE), -14)
  t('mremap dontunmap pfn', user.mremap(r, 4096, 4096, user.MREMAP_MAYMOVE | user.MREMAP_DONTUNMAP), -22)
  t('mremap same', (user.mremap(r, 4096, 4096, 0) as Ptr).addr, r.addr)
  t('mremap noflag fixed', user.mremap(r, 4096, 4096, user.MREMAP_FIXED, 0x60000000n), -22)
  t('mremap unmapped', user.mremap(0x70000000n, 4096, 4096, user.MREMAP_MAYMOVE), -14)
  user.munmap(r, 4096)
  const a = user.mmap(null, 4 * 4096, RW, user.MAP_PRIVATE | user.MAP_ANONYMOUS, -1, 0) as Ptr
  a.write_u8(0, 1)
  for (let i = 0; i < 4; i++) a.write_u8(4096 * i, 1)
  io = (
    (old) => (c: number, x: never) =>
      old(c, x)
  )(io)
  user.ioctl(fd, 3, a)
  user.ioctl(fd, 8, a)
  user.ioctl(fd, 9, a)
  const ro = user.mmap(null, 4096, 1, user.MAP_PRIVATE | user.MAP_ANONYMOUS, -1, 0) as Ptr
  user.ioctl(fd, 7, ro)
  t(
    'vmsplice',
    user.vmsplice(
      pfds[1]!,
      [
        { iov_base: a, iov_len: 4096 },
        { iov_base: a.add(4096), iov_len: 100 },
      ],
      2,
      0,
    ),
    4196,
  )
  const buf = user.mmap(null, 8192, RW, user.MAP_PRIVATE | user.MAP_ANONYMOUS, -1, 0) as Ptr
  t('read pipe', user.read(pfds[0]!, buf, 64), 64)
  t('read pipe2', user.read(pfds[0]!, buf, 8192), 4196)
  t('write rd end', user.write(pfds[0]!, buf, 1), -9)
  user.close(pfds[0]!)
  user.close(pfds[1]!)
})
user.waitpid(pid)
t('end', `${rm(pg)} ${rm(blk)}`, '1/0 1/0')
k.__free_page(pg)
k.__free_pages(blk, 2)
k.__free_pages(nc, 2)

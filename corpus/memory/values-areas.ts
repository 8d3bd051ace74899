// @machine memory=64M debug=off
// @expect warn-on 24
// @expect warn-on 25
//
// mmap, mremap, fork, copy-on-write and the edges of the insertion calls, one value a line.
import * as k from 'linux'
import * as user from 'user'
import type { page, Ptr, vm_area_struct } from 'linux'
const t = (what: string, got: unknown, want: unknown) => {
  if (String(got) !== String(want)) k.pr_info(`${what}: ${got}, not ${want}`)
  k.WARN_ON(String(got) !== String(want))
}
const rm = (p: page) => `${k.page_ref_count(p)}/${k.page_mapcount(p)}`
const pg = k.alloc_page(k.GFP_KERNEL)!
const blk = k.alloc_pages(k.GFP_KERNEL, 2)!
let io: (cmd: number, arg: never) => number = () => 0
let hook: (vma: vm_area_struct) => number = () => 0
k.misc_register({ name: 'lab', fops: { mmap: (_f, vma) => hook(vma), ioctl: (_f, c, a) => io(c, a as never) } })
const got: page[] = []
const pid = user.spawn('u', () => {
  const fd = user.open('/dev/lab', 2) as number
  io = (c, a) => {
    const ua = BigInt((a as Ptr).addr)
    if (c === 0) t('get LONGTERM', k.get_user_pages_fast(ua, 1, k.FOLL_WRITE | k.FOLL_LONGTERM, got), -22)
    if (c === 1) t('pin GET', k.pin_user_pages_fast(ua, 1, k.FOLL_GET, got), -22)
    if (c === 2) {
      k.mmap_read_lock(k.current.mm!)
      t('gup GET', k.get_user_pages(ua, 1, k.FOLL_GET, got), 1)
      k.mmap_read_unlock(k.current.mm!)
      k.put_page(got.pop()!)
    }
    if (c === 3) {
      t('pin cow read', k.pin_user_pages_fast(ua, 1, 0, got), 1)
      k.unpin_user_page(got.pop()!)
    }
    if (c === 4) {
      const x = k.vma_lookup(k.current.mm!, ua)!
      t('vma', [Number(x.vm_end - x.vm_start), (x.vm_flags & 0xff).toString(16)].join(), '16384,73')
      t('find', k.find_vma(k.current.mm!, 0n) !== null, true)
      t('lookup none', k.vma_lookup(k.current.mm!, 0x1000n), null)
    }
    if (c === 5) {
      t('c2u', k.copy_to_user(a as never, k.kzalloc(16, k.GFP_KERNEL)!, 16), 0)
    }
    if (c === 6) {
      const b = k.kzalloc(16, k.GFP_KERNEL)!
      t('cfu bad', k.copy_from_user(b, 0x1000n as never, 16), 16)
      k.kfree(b)
    }
    if (c === 7) {
      const b = k.kzalloc(64, k.GFP_KERNEL)!
      t('c2u partial', k.copy_to_user((a as Ptr).add(4 * 4096 - 10) as never, b, 64), 54)
      k.kfree(b)
    }
    if (c === 8) {
      t('gup ro fork', k.get_user_pages_fast(ua, 1, k.FOLL_WRITE, got), 1)
      k.put_page(got.pop()!)
    }
    return 0
  }
  const a = user.mmap(0x40000000n, 4 * 4096, 3, user.MAP_PRIVATE | user.MAP_ANONYMOUS, -1, 0) as Ptr
  t('hint', a.addr, 0x40000000n)
  for (let i = 0; i < 4; i++) a.write_u8(4096 * i, i + 1)
  for (const c of [0, 1, 2, 3, 4, 6, 7]) user.ioctl(fd, c, a)
  // fork, cow
  const ch = user.fork(() => {
    t('child sees', a.read_u8(0), 1)
    a.write_u8(0, 9)
    t('child own', a.read_u8(0), 9)
    user.ioctl(fd, 8, a.add(4096))
    return 7
  })
  const st: number[] = []
  t('waitpid', user.waitpid(ch, st), ch)
  t('status', st[0], 7 << 8)
  t('parent', a.read_u8(0), 1)
  const ch2 = user.fork(() => {
    user.exit(3)
  })
  user.waitpid(ch2, st)
  t('exit 3', st[0], 3 << 8)
  const ch3 = user.fork(() => {
    a.add(0x100000).read_u8(0)
  })
  user.waitpid(ch3, st)
  t('segv', st[0], 11)
  t('waitpid none', user.waitpid(9999), -10)
  // MAP_FIXED over, NOREPLACE
  t(
    'noreplace',
    user.mmap(0x40000000n, 4096, 3, user.MAP_PRIVATE | user.MAP_ANONYMOUS | user.MAP_FIXED_NOREPLACE, -1, 0),
    -17,
  )
  t(
    'fixed unaligned',
    user.mmap(0x40000100n, 4096, 3, user.MAP_PRIVATE | user.MAP_ANONYMOUS | user.MAP_FIXED, -1, 0),
    -22,
  )
  const f = user.mmap(0x40001000n, 4096, 3, user.MAP_PRIVATE | user.MAP_ANONYMOUS | user.MAP_FIXED, -1, 0) as Ptr
  t('fixed fresh', f.read_u8(0), 0)
  t('neighbours', [a.read_u8(0), a.read_u8(8192)].join(), '1,3')
  // mremap
  const g = user.mremap(a.add(3 * 4096), 4096, 8192, 0) as Ptr
  t('grow', g.addr.toString(16), '40003000')
  t('shrink', (user.mremap(g, 8192, 4096, 0) as Ptr).addr.toString(16), '40003000')
  t('noroom', user.mremap(a, 4096, 8192, 0), -12)
  const mv = user.mremap(a, 4096, 8192, user.MREMAP_MAYMOVE) as Ptr
  t('moved keeps', mv.read_u8(0), 1)
  const du = user.mremap(mv, 8192, 8192, user.MREMAP_MAYMOVE | user.MREMAP_DONTUNMAP) as Ptr
  t('dontunmap', [du.read_u8(0), mv.read_u8(0)].join(), '1,0')
  t('old 0 private', user.mremap(du, 0, 4096, user.MREMAP_MAYMOVE), -22)
  const s = user.mmap(null, 4096, 3, user.MAP_SHARED | user.MAP_ANONYMOUS, -1, 0) as Ptr
  s.write_u8(0, 5)
  const dup = user.mremap(s, 0, 4096, user.MREMAP_MAYMOVE) as Ptr
  t('dup shared', dup.read_u8(0), 5)
  dup.write_u8(0, 6)
  t('dup both', s.read_u8(0), 6)
  // private file mapping COW
  hook = (vma) => k.vm_insert_page(vma, vma.vm_start, pg)
  const pv = user.mmap(null, 4096, 3, user.MAP_PRIVATE, fd, 0) as Ptr
  t('priv ins', rm(pg), '2/1')
  pv.write_u8(0, 7)
  t('priv cow', rm(pg), '1/0')
  t('driver page', k.page_address(pg)!.read_u8(0), 0)
  user.munmap(pv, 4096)
  hook = (vma) => {
    const num = [4]
    const r = k.vm_insert_pages(vma, vma.vm_start, [pg, pg, pg, pg], num)
    t('insert_pages', `${r} ${num[0]}`, '0 0')
    return r
  }
  const mp = user.mmap(null, 4 * 4096, 3, user.MAP_SHARED, fd, 0) as Ptr
  t('4 maps', rm(pg), '5/4')
  user.munmap(mp, 4 * 4096)
  hook = (vma) => {
    const num = [5]
    const r = k.vm_insert_pages(vma, vma.vm_start, [pg, pg, pg, pg, pg], num)
    t('pages too many', `${r} ${num[0]}`, '-14 5')
    return r
  }
  t('mmap -14', user.mmap(null, 4 * 4096, 3, user.MAP_SHARED, fd, 0), -14)
  hook = (vma) => k.vm_map_pages(vma, [pg, pg], 2)
  t('map_pages', typeof user.mmap(null, 8192, 3, user.MAP_SHARED, fd, 0), 'object')
  t('map_pages off', user.mmap(null, 8192, 3, user.MAP_SHARED, fd, 4096), -6)
  t('map_pages refs', rm(pg), '3/2')
  hook = (vma) => k.vm_map_pages(vma, [pg, pg], 1)
  t('map_pages few', user.mmap(null, 8192, 3, user.MAP_SHARED, fd, 0), -6)
  hook = (vma) => {
    t('rpr cow part', k.remap_pfn_range(vma, vma.vm_start, k.page_to_pfn(blk), 4096, vma.vm_page_prot), -22)
    return -22
  }
  user.mmap(null, 8192, 3, user.MAP_PRIVATE, fd, 0)
  hook = (vma) => {
    t('rpr cow', k.remap_pfn_range(vma, vma.vm_start, k.page_to_pfn(blk), 8192, vma.vm_page_prot), 0)
    t('pgoff=pfn', vma.vm_pgoff, k.page_to_pfn(blk))
    return 0
  }
  const rp = user.mmap(null, 8192, 3, user.MAP_PRIVATE, fd, 0) as Ptr
  k.page_to_pfn(blk)
  rp.write_u8(0, 1)
  t('rpr untouched', k.page_address(blk)!.read_u8(0), 0)
  t('rdonly fd', user.mmap(null, 4096, 3, user.MAP_SHARED, user.open('/dev/lab', 0) as number, 0), -13)
})
const st: number[] = []
user.waitpid(pid, st)
t('ok', st[0], 0)
t('end', `${rm(pg)} ${k.page_ref_count(blk)}`, '1/0 1')
k.__free_page(pg)
k.__free_pages(blk, 2)

// @machine debug=off
// @expect none
//
// Counts of pages that are inserted, forked, zapped, moved, spliced; answers of the insertion calls.
import * as k from 'linux'
import * as u from 'user'
import { is } from './is.ts'
const P = 4096
const pages = [0, 1, 2].map(() => k.alloc_page(k.GFP_KERNEL)!)
const counts = () => pages.map((p) => `${k.page_ref_count(p)}/${k.page_mapcount(p)}`).join(' ')
let mode = 0,
  area: any = null
k.misc_register({
  name: 'd',
  fops: {
    mmap(_f: any, vma: any) {
      area = vma
      if (mode === 0) {
        const n = [3]
        const r = k.vm_insert_pages(vma, vma.vm_start, pages, n)
        is('num', n[0], 0)
        return r
      }
      if (mode === 1) {
        const r = k.vm_map_pages(vma, pages, 3)
        is(
          'vm_map_pages',
          r,
          Number(vma.vm_pgoff) >= 3 ? -6 : Number(vma.vm_end - vma.vm_start) / P > 3 - Number(vma.vm_pgoff) ? -6 : 0,
        )
        return r
      }
      if (mode === 2) {
        is('remap', k.remap_pfn_range(vma, vma.vm_start, k.page_to_pfn(pages[0]!), P, vma.vm_page_prot), 0)
        is(
          'flags',
          (vma.vm_flags & (k.VM_IO | k.VM_PFNMAP | k.VM_DONTEXPAND | k.VM_DONTDUMP)) ===
            (k.VM_IO | k.VM_PFNMAP | k.VM_DONTEXPAND | k.VM_DONTDUMP),
          true,
        )
        return 0
      }
      if (mode === 3) {
        is('oob', k.vm_insert_page(vma, vma.vm_end, pages[0]!), -14)
        is('ok', k.vm_insert_page(vma, vma.vm_start, pages[0]!), 0)
        is('busy', k.vm_insert_page(vma, vma.vm_start, pages[1]!), -16)
        return 0
      }
      if (mode === 4) return -1
      if (mode === 5) {
        const t = k.kmalloc(64, k.GFP_KERNEL)!
        is('slab', k.vm_insert_page(vma, vma.vm_start, k.virt_to_page(t)), -22)
        k.kfree(t)
        const n = [4]
        is('too many', k.vm_insert_pages(vma, vma.vm_start, pages, n), -14)
        return 0
      }
      return 0
    },
    ioctl(_f: any, cmd: number, arg: any) {
      const out: any[] = []
      if (cmd === 1) return k.get_user_pages_fast(arg, 1, k.FOLL_WRITE, out)
      if (cmd === 2) {
        const n = k.get_user_pages_fast(arg, 1, 0, out)
        if (n === 1) {
          is('same', out[0] === pages[0], true)
          k.put_page(out[0])
        }
        return n
      }
      if (cmd === 3) {
        k.zap_page_range_single(area, area.vm_start, P, null)
        return 0
      }
      if (cmd === 4) {
        const n = k.pin_user_pages_fast(arg, 3, k.FOLL_WRITE | k.FOLL_LONGTERM, out)
        if (n > 0) k.unpin_user_pages(out, n)
        return n
      }
      return 0
    },
  },
})
u.spawn('p', () => {
  const RW = u.PROT_READ | u.PROT_WRITE
  const fd = u.open('/dev/d') as number
  const map = (m: number, len: number, flags = u.MAP_SHARED, off = 0) => {
    mode = m
    return u.mmap(null, len, RW, flags, fd, off) as any
  }
  const a = map(0, 3 * P)
  is('mapped3', counts(), '2/1 2/1 2/1')
  is('gup2', u.ioctl(fd, 2, a), 1)
  a.write_u32(0, 5)
  is('seen', k.page_address(pages[0]!)!.read_u32(0), 5)
  const pid = u.fork(() => {
    is('child', a.read_u32(0), 5)
    is('counts child', counts(), '3/2 3/2 3/2')
  }) as number
  u.waitpid(pid)
  is('after', counts(), '2/1 2/1 2/1')
  u.ioctl(fd, 3, 0)
  is('zapped', counts(), '1/0 2/1 2/1')
  u.munmap(a, 3 * P)
  is('unmapped', counts(), '1/0 1/0 1/0')
  const b = map(1, 3 * P)
  is('vmp', counts(), '2/1 2/1 2/1')
  u.munmap(b, 3 * P)
  is('vmp off', typeof map(1, 2 * P, u.MAP_SHARED, P), 'object')
  is('c', counts(), '1/0 2/1 2/1')
  is('vmp off3', map(1, P, u.MAP_SHARED, 3 * P), -6)
  is('vmp long', map(1, 4 * P), -6)
  const r = map(2, P)
  is('remap counts', counts(), '1/0 2/1 2/1')
  is('gup pfn', u.ioctl(fd, 1, r), -14)
  is('pin pfn', u.ioctl(fd, 4, r), -14)
  is('mremap grow', u.mremap(r, P, 2 * P, 1), -14)
  u.munmap(r, P)
  const s = map(3, P)
  is('s', counts(), '2/1 2/1 2/1')
  u.munmap(s, P)
  is('mmap err', map(4, P), -1)
  map(5, P)
  const priv = u.mmap(null, 3 * P, RW, u.MAP_PRIVATE | u.MAP_ANONYMOUS, -1, 0) as any
  is('pin 3', u.ioctl(fd, 4, priv), 3)
  const moved = u.mremap(priv, 3 * P, 3 * P, u.MREMAP_MAYMOVE | u.MREMAP_FIXED, 0x7000_0000n) as any
  is('moved', moved.addr, 0x7000_0000n)
  is('zero', moved.read_u32(0), 0)
  is('pin hole', u.ioctl(fd, 4, moved.add(2 * P)), 1)
  const fds: number[] = []
  u.pipe(fds)
  moved.write_u8(0, 1)
  is('vms', u.vmsplice(fds[1]!, [{ iov_base: moved, iov_len: 2 * P }], 1, 0), 2 * P)
  moved.write_u8(0, 2)
  is('rd', u.read(fds[0]!, moved.add(2 * P), 1), 1)
  is('aliased', moved.read_u8(2 * P), 2)
  const self = (k.current as any).pid
  is(
    'pvr',
    u.process_vm_readv(self, [{ iov_base: moved.add(P), iov_len: 4 }], 1, [{ iov_base: moved, iov_len: 4 }], 1, 0),
    4,
  )
  is('pvr v', moved.read_u8(P), 2)
  is(
    'pvr bad',
    u.process_vm_readv(
      self,
      [{ iov_base: moved.add(P), iov_len: 4 }],
      1,
      [{ iov_base: moved.add(1000 * P), iov_len: 4 }],
      1,
      0,
    ),
    -14,
  )
  is('pvr flags', u.process_vm_readv(self, [], 0, [], 0, 1), -22)
  u.close(fds[0]!)
  const st: number[] = []
  const c = u.fork(() => {
    u.write(fds[1]!, moved, 1)
  }) as number
  u.waitpid(c, st)
  is('sigpipe', st[0], 13)
})
k.module_exit(() => {
  is('end', counts(), '1/0 1/0 1/0')
  for (const p of pages) k.__free_page(p)
})

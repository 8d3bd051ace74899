// @machine debug=off memory=64M
// @expect warn-on 41
//
// What system calls answer to wrong arguments, and what user pages count.
import * as k from 'linux'
import * as u from 'user'
import { is } from './is.ts'
const P = 4096
const page = k.alloc_page(k.GFP_KERNEL)!
k.misc_register({ name: 'bare', fops: {} })
k.misc_register({
  name: 'dev',
  fops: {
    mmap(_f: any, vma: any) {
      is('vmflags shared', (vma.vm_flags & k.VM_SHARED) !== 0, true)
      is('pgoff', Number(vma.vm_pgoff), 3)
      return k.vm_insert_page(vma, vma.vm_start, page)
    },
    ioctl(_f: any, cmd: number, arg: any) {
      if (cmd === 1) {
        const b = k.kzalloc(64, k.GFP_KERNEL)!
        is('ctu ok', k.copy_to_user(arg, b, 64), 0)
        is('ctu bad', k.copy_to_user(0x1000n, b, 64), 64)
        is('cfu bad', k.copy_from_user(b, 0x10n, 16), 16)
        is('ctu kernel', k.copy_to_user(b.addr, b, 8), 8)
        k.kfree(b)
        const pages: any[] = []
        is('gup', k.get_user_pages_fast(arg, 1, k.FOLL_WRITE, pages), 1)
        /* The entry, the batch that puts it on the LRU, and this one. */ is('gupref', k.page_ref_count(pages[0]), 3)
        is('anon', k.PageAnon(pages[0]), 1)
        is('mapc', k.page_mapcount(pages[0]), 1)
        k.put_page(pages[0])
        const pp: any[] = []
        is('pin', k.pin_user_pages_fast(arg, 1, k.FOLL_WRITE, pp), 1)
        is('pinref', k.page_ref_count(pp[0]), 1026)
        is('maybe', k.folio_maybe_dma_pinned(k.page_folio(pp[0])), true)
        k.unpin_user_page(pp[0])
        is('unp', k.page_ref_count(pp[0]), 2)
        is('gup bad', k.get_user_pages_fast(0x1000n, 1, 0, []), -14)
        is('gup 0', k.get_user_pages_fast(arg, 0, 0, []), 0)
        is('gup get pin', k.get_user_pages_fast(arg, 1, 0x80000, []), -22)
        is('mm', (k.current as any).mm !== null, true)
        k.mmap_read_lock(k.current.mm!)
        const vma = k.vma_lookup(k.current.mm!, arg)!
        is('vma', vma !== null, true)
        is('start', vma.vm_start <= BigInt((arg as any).addr ?? arg), true)
        is('find_vma 0', k.find_vma(k.current.mm!, 0n) !== null, true)
        is('lookup 0', k.vma_lookup(k.current.mm!, 0n), null)
        k.mmap_read_unlock(k.current.mm!)
        is('mt', k.mmap_read_trylock(k.current.mm!), 1)
        k.mmap_read_unlock(k.current.mm!)
      }
      return cmd === 7 ? -25 : cmd
    },
    read(_f: any, buf: any, n: number) {
      return n > 10 ? 10 : n
    },
    write(_f: any, buf: any, n: number) {
      return -k.ENOSPC
    },
  },
})
u.spawn('p', () => {
  const RW = u.PROT_READ | u.PROT_WRITE,
    PA = u.MAP_PRIVATE | u.MAP_ANONYMOUS
  is('open no', u.open('/dev/nope'), -2)
  is('open x', u.open('/nope'), -2)
  const fd = u.open('/dev/dev') as number,
    bare = u.open('/dev/bare') as number
  is('fd', fd, 3)
  is('bare', bare, 4)
  is('ioctl bare', u.ioctl(bare, 1), -25)
  is('read bare', u.read(bare, u.mmap(null, P, RW, PA, -1, 0) as any, 5), -22)
  is('mmap bare', u.mmap(null, P, RW, u.MAP_SHARED, bare, 0), -19)
  is('close99', u.close(99), -9)
  is('ioctl99', u.ioctl(99, 1), -9)
  is('mmap99', u.mmap(null, P, RW, u.MAP_SHARED, 99, 0), -9)
  is('len0', u.mmap(null, 0, RW, PA, -1, 0), -22)
  is('nokind', u.mmap(null, P, RW, u.MAP_ANONYMOUS, -1, 0), -22)
  is('off', u.mmap(null, P, RW, PA, -1, 5), -22)
  is('fixed un', u.mmap(0x10001n, P, RW, PA | u.MAP_FIXED, -1, 0), -22)
  is('huge', u.mmap(null, 2 ** 47, RW, PA, -1, 0), -12)
  const a = u.mmap(null, 4 * P, RW, PA, -1, 0) as any
  a.write_u8(0, 1)
  is('munmap un', u.munmap(a.addr + 1n, P), -22)
  is('munmap 0', u.munmap(a, 0), -22)
  is('munmap none', u.munmap(0x10000n, P), 0)
  is('ioctl1', u.ioctl(fd, 1, a), 1)
  is('ioctl7', u.ioctl(fd, 7), -25)
  is('ioctl big', u.ioctl(fd, 77), 77)
  is('read', u.read(fd, a, 100), 10)
  is('write', u.write(fd, a, 3), -28)
  is('mremap un', u.mremap(a.addr + 1n, P, 2 * P, 0), -22)
  is('mremap 0', u.mremap(a, P, 0, 0), -22)
  is('mremap none', u.mremap(0x20000n, P, 2 * P, 1), -14)
  is('mremap fixed', u.mremap(a, P, P, u.MREMAP_FIXED, 0x30000n), -22)
  is('mremap bits', u.mremap(a, P, P, 64), -22)
  is('mremap shrink', (u.mremap(a, 4 * P, 2 * P, 0) as any).addr, a.addr)
  is('mremap same', (u.mremap(a, 2 * P, 2 * P, 0) as any).addr, a.addr)
  const g = u.mmap(a.addr + BigInt(2 * P), P, RW, PA | u.MAP_FIXED, -1, 0) as any
  /* The neighbour has merged with it: part of an area cannot grow in place. */ is(
    'grow blocked',
    u.mremap(a, 2 * P, 3 * P, 0),
    -12,
  )
  is('g', g.addr, a.addr + BigInt(2 * P))
  const m = u.mmap(null, P, RW, u.MAP_SHARED, fd, 3 * P) as any
  is('mapped', typeof m, 'object')
  const fds: number[] = []
  is('pipe', u.pipe(fds), 0)
  is('pfd', fds.join(), '5,6')
  is('rd wr end', u.read(fds[1]!, a, 1), -9)
  is('wr rd end', u.write(fds[0]!, a, 1), -9)
  is('w', u.write(fds[1]!, a, 100), 100)
  is('r', u.read(fds[0]!, a, 300), 100)
  is('vms', u.vmsplice(fds[1]!, [{ iov_base: a, iov_len: 10 }], 1, 0), 10)
  is('vms rd', u.vmsplice(fd, [{ iov_base: a, iov_len: 10 }], 1, 0), -9)
  is('vms bad', u.vmsplice(fds[1]!, [{ iov_base: a.add(1000000 * P), iov_len: 10 }], 1, 0), -14)
  is('vms flags', u.vmsplice(fds[1]!, [{ iov_base: a, iov_len: 10 }], 1, 64), -22)
  u.close(fds[1]!)
  is('drain', u.read(fds[0]!, a, 300), 10)
  is('eof', u.read(fds[0]!, a, 10), 0)
  is('wait none', u.waitpid(-1), -10)
  is('pvr', u.process_vm_readv(999, [], 0, [], 0, 0), -3)
  const st: number[] = []
  const pid = u.fork(() => {
    u.exit(3)
  }) as number
  is('pid', pid > 0, true)
  is('wait', u.waitpid(pid, st), pid)
  is('status', st[0], 3 << 8)
  is('wait2', u.waitpid(pid), -10)
  const pid2 = u.fork(() => {
    ;(u.mmap(null, P, 0, PA, -1, 0) as any).read_u8(0)
  }) as number
  is('wait sig', u.waitpid(pid2, st), pid2)
  is('sig', st[0], 11)
  is('ino', u.munmap(m, P), 0)
  const ro = u.mmap(null, P, u.PROT_READ, PA, -1, 0) as any
  is('zero', ro.read_u8(5), 0)
  const pid3 = u.fork(() => {
    ro.write_u8(0, 1)
  }) as number
  u.waitpid(pid3, st)
  is('sig ro', st[0], 11)
})
k.module_exit(() => {
  is('page ref', k.page_ref_count(page), 1)
  is('page map', k.page_mapcount(page), 0)
  k.__free_page(page)
})

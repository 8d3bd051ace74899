/** Address spaces on every architecture: areas, faults, mremap, fork, TLBs (KERNEL_FACTS 7, mm/vma.c, mm/mremap.c). */
import { describe, expect, it } from 'vitest'
import { runSnippet } from '../../runtime/testing/run-snippet.ts'

const ARCHES = ['x86_64', 'arm64-16k', 'i386-highmem'] as const

/** A device of four pages: `insert` maps page n of a block, `fault` gives pages on demand. */
function run(program: string, machine: Record<string, string> = {}, driver = ''): string[] {
  const { log } = runSnippet(
    `
    import * as k from 'linux'
    import * as user from 'user'
    import { sim } from 'sim'
    const P = k.PAGE_SIZE
    const say = (...values) => k.pr_info(values.join(' '))
    const pages = [0, 1, 2, 3].map(() => k.alloc_page(k.GFP_KERNEL | k.__GFP_ZERO))
    const counts = () => say(pages.map((p) => k.page_count(p) + '/' + k.page_mapcount(p)).join(' '))
    const areas = (m, n) => { let last = null; const out = []
      for (let i = 0; i < n; i++) { const v = k.vma_lookup(k.current.mm, m.addr + BigInt(i * P))
        out.push(v === null ? '-' : v === last ? '=' : Number((v.vm_end - v.vm_start) / BigInt(P))); last = v }
      say(...out) }
    let hook = (file, vma) => { vma.vm_ops = {
      open: () => say('open'), close: () => say('close'),
      fault: (vmf) => { if (vmf.pgoff > 3) return k.VM_FAULT_SIGBUS
        const p = pages[vmf.pgoff]; k.get_page(p); vmf.page = p; return 0 } } ; return 0 }
    let ioctl = () => 0
    ${driver}
    k.misc_register({ name: 'lab', fops: { mmap: (f, v) => hook(f, v), ioctl: (f, c, a) => ioctl(c, a) } })
    const { PROT_READ, PROT_WRITE, PROT_NONE, MAP_SHARED, MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED } = user
    const RW = PROT_READ | PROT_WRITE
    const anon = (n, at = null, flags = 0) => user.mmap(at, n * P, RW, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0)
    user.waitpid(user.spawn('lab', () => {
      const fd = user.open('/dev/lab', 2)
      const map = (n, off = 0, flags = MAP_SHARED) => user.mmap(null, n * P, RW, flags, fd, off * P)
      ${program}
    }))
    `,
    machine,
  )
  return [...log]
}

describe.each(ARCHES)('on %s', (arch) => {
  const go = (program: string, driver = ''): string[] =>
    run(program, { arch, ...(arch === 'i386-highmem' ? { memory: '64M', highmem: '32M' } : {}) }, driver)

  it('faults bring pages of a driver, and each entry counts', () => {
    const program = `const m = map(4); m.write_u32(0, 5); say(m.read_u32(2 * P)); counts()
      user.munmap(m.add(P), P); counts(); user.munmap(m, 4 * P); counts()`
    expect(go(program)).toEqual([
      '0',
      '2/1 1/0 2/1 1/0',
      'open',
      'open',
      'close',
      '2/1 1/0 2/1 1/0',
      'close',
      'close',
      '1/0 1/0 1/0 1/0',
    ])
  })

  it('neighbours of anonymous memory become one area, and munmap cuts it', () => {
    expect(
      go(`const a = anon(2); const b = anon(2); say(Number(a.addr - b.addr) / P); areas(b, 4)
        user.munmap(b.add(P), P); areas(b, 4); anon(1, b.add(P), MAP_FIXED); areas(b, 4)`),
    ).toEqual(['2', '4 = = =', '1 - 2 =', '4 = = ='])
  })

  it('areas of a file are merged only where the offsets go on', () => {
    const program = `const a = map(1, 2); const b = map(1, 1); areas(b, 2); const c = map(1, 1); areas(c, 3)`
    const quiet = `hook = (f, v) => { say('hook'); return 0 }`
    expect(go(program, quiet)).toEqual(['hook', '2 =', 'hook', '1 2 ='])
  })

  it('MREMAP_DONTUNMAP takes an address as a hint, and leaves an area behind that nobody touched', () => {
    expect(
      go(`const m = anon(1); m.write_u8(0, 1); const keep = user.MREMAP_MAYMOVE | user.MREMAP_DONTUNMAP
        const at = m.addr - BigInt(16 * P)
        say(user.mremap(m, P, P, keep, at + 1n), user.mremap(m, P, P, keep, m.addr))
        const to = user.mremap(m, P, P, keep, at); say(to.addr === at, to.read_u8(0), m.read_u8(0))
        const pgoff = (p) => Number(BigInt(k.vma_lookup(k.current.mm, p.addr).vm_pgoff) * BigInt(P) - m.addr)
        say(pgoff(m), pgoff(to))
        const far = user.mremap(m, P, P, user.MREMAP_MAYMOVE | user.MREMAP_FIXED, at - BigInt(4 * P))
        say(pgoff(far) / P)`),
    ).toEqual(['-22 -22', 'true 1 0', '0 0', '-20'])
  })

  it('a private page that is copied is not marked accessed by that', () => {
    expect(
      go('const m = map(1, 0, MAP_PRIVATE); m.read_u8(0); m.write_u8(0, 1); say(k.PageReferenced(pages[0]))'),
    ).toEqual(['0', 'close'])
  })

  it('fork shares private pages until somebody writes', () => {
    expect(
      go(`const m = anon(1); m.write_u32(0, 1)
        const child = user.fork(() => { say(m.read_u32(0)); m.write_u32(0, 2); say(m.read_u32(0)); return 0 })
        user.waitpid(child); say(m.read_u32(0)); m.write_u32(0, 3); say(m.read_u32(0))`),
    ).toEqual(['1', '2', '1', '3'])
  })

  it('shared anonymous memory is one for parent and child, and goes with the last of them', () => {
    expect(
      go(`const m = user.mmap(null, 2 * P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0); m.write_u32(0, 1)
        user.waitpid(user.fork(() => { m.write_u32(0, 7); m.write_u32(P, 8); return 0 }))
        say(m.read_u32(0), m.read_u32(P)); user.munmap(m, 2 * P)`),
    ).toEqual(['7 8'])
  })

  it('mremap grows in place, moves, and says no as the kernel does', () => {
    expect(
      go(`const m = map(2); m.read_u8(0)
        say(user.mremap(m, P, P, 4), user.mremap(m, 3 * P, 4 * P, 1), user.mremap(m, 2 * P, 3 * P, 0))
        const n = user.mremap(m, 2 * P, 3 * P, 1); areas(n, 3); areas(m, 2); say(n.read_u8(2 * P)); counts()
        say(user.mremap(n, 3 * P, P, 0).eq(n)); areas(n, 3)`),
    ).toEqual([
      '-22 -14 -12',
      'open',
      'close',
      '3 = =',
      '- -',
      '0',
      '2/1 1/0 2/1 1/0',
      // Shrinking cuts the area and unmaps the upper part.
      'open',
      'close',
      'true',
      '1 - -',
      'close',
    ])
  })

  it('a driver may refuse that its mapping moves', () => {
    expect(
      go(
        `const m = map(1); m.read_u8(0); say(user.mremap(m, P, P, 3, m.add(-16 * P))); areas(m, 1); counts()`,
        `hook = (f, v) => { v.vm_ops = { mremap: () => -22, fault: (vmf) => {
          k.get_page(pages[0]); vmf.page = pages[0]; return 0 } }; return 0 }`,
      ),
    ).toEqual(['-22', '1', '2/1 1/0 1/0 1/0'])
  })

  it('NULL and PROT_NONE kill the program with SIGSEGV, a refused fault with SIGBUS', () => {
    const die = `const status = []; const died = (fn) => { user.waitpid(user.fork(fn), status); return status[0] }`
    const log = go(`${die}; const none = user.mmap(null, P, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      const m = map(5)
      say(died(() => { const p = null; p.read_u8(0) }), died(() => none.read_u8(0)), died(() => m.read_u8(4 * P)))`)
    expect(log.filter((line) => /^\d/.test(line))).toEqual(['11 11 7'])
  })

  it('a cleared entry is used through the TLB until it is flushed', () => {
    expect(
      go(
        `const m = map(1); const seen = () => say(k.page_address(pages[0]).read_u32(0))
         m.write_u32(0, 1); user.ioctl(fd, 0, m); m.write_u32(0, 9); seen()
         user.ioctl(fd, 1, m); m.write_u32(0, 3); seen()`,
        `ioctl = (c, a) => { if (c === 1) { sim.tlb_flush(); return 0 }
           sim.pte_clear(k.current.mm, a); k.put_page(pages[0]); counts(); return 0 }
         for (const p of pages) if (k.PageHighMem(p)) throw new Error('the pages are meant to be low')`,
      ),
    ).toEqual(['1/0 1/0 1/0 1/0', '9', '3', 'close'])
  })

  it('mappings are placed below a gap for the stack', () => {
    const known = { x86_64: '0x7ffff7fff000', 'i386-highmem': '0xb8000000', 'arm64-16k': '0x7ffff8000000' }
    expect(go('say(`0x${(anon(1).addr + BigInt(k.PAGE_SIZE)).toString(16)}`)')).toEqual([known[arch]])
  })

  it('entries have the bits of the architecture', () => {
    const [clean, dirty, zero] = go(`const m = map(1); m.read_u8(0)
      const frame = 0xfffffffn << BigInt(k.PAGE_SHIFT)
      const pte = () => (sim.pte_get(k.current.mm, m) & ~frame).toString(16)
      say(pte()); m.write_u8(0, 1); say(pte())
      const a = anon(1); a.read_u8(0); say((sim.pte_get(k.current.mm, a) & 0xffn).toString(16))`)
    const known = {
      x86_64: ['8000000000000027', '8000000000000067', '25'],
      // Without PAE there is no NX.
      'i386-highmem': ['27', '67', '25'],
      // DBM and read-only: clean. The hardware takes read-only away when somebody writes.
      'arm64-16k': ['68000000000fc3', 'e8000000000f43', 'c3'],
    }
    expect([clean, dirty, zero]).toEqual(known[arch])
  })
})

describe('insertions', () => {
  it('are refused in the order in which the kernel looks', () => {
    const driver = `const slab = k.virt_to_page(k.kmalloc(64, k.GFP_KERNEL)); const zero = k.ZERO_PAGE(0n)
      hook = (f, v) => { const at = v.vm_start; const flags = () => (v.vm_flags & k.VM_MIXEDMAP) !== 0
        const free = k.alloc_page(k.GFP_KERNEL); k.__free_page(free)
        say(k.vm_insert_page(v, v.vm_end, pages[0]), k.vm_insert_page(v, at, free), flags())
        say(k.vm_insert_page(v, at, slab), k.vm_insert_page(v, at, zero), flags())
        say(k.vm_insert_page(v, at, pages[0]), k.vm_insert_page(v, at, pages[1])); return 0 }`
    expect(run('map(1)', {}, driver)).toEqual(['-14 -22 false', '-22 -22 true', '0 -16'])
  })

  it('in a batch stop at the first failure, and say how many pages are left', () => {
    const driver = `hook = (f, v) => { const num = [4]; const slab = k.virt_to_page(k.kmalloc(64, k.GFP_KERNEL))
        const bad = [pages[0], pages[1], slab, pages[3]]
        say(k.vm_insert_pages(v, v.vm_start, bad, num), num[0]); counts()
        num[0] = 5; say(k.vm_insert_pages(v, v.vm_start, bad, num), num[0])
        say(k.vm_map_pages(v, pages, 3), k.vm_map_pages_zero(v, pages, 4)); return 0 }`
    expect(run('map(4)', {}, driver)).toEqual(['-22 2', '2/1 2/1 1/0 1/0', '-14 5', '-6 -16'])
  })

  it('of the zero page are special, and only where nobody can write', () => {
    const driver = `hook = (f, v) => { say(k.vm_insert_page(v, v.vm_start, k.ZERO_PAGE(0n))); return 0 }`
    const program = `const p = map(1, 0, MAP_PRIVATE); say(p.read_u8(0)); p.write_u8(0, 1)
      say(p.read_u8(0), k.page_mapcount(k.ZERO_PAGE(0n)))
      const ro = user.open('/dev/lab', 0); user.mmap(null, P, PROT_READ, MAP_SHARED, ro, 0)
      say(user.mmap(null, P, RW, MAP_SHARED, ro, 0))`
    expect(run(program, {}, driver)).toEqual(['0', '0', '1 0', '0', '-13'])
  })

  it('of vmalloc memory need an area that is meant for user space', () => {
    const driver = `const good = k.vmalloc_user(2 * P); const bad = k.vmalloc(2 * P); good.write_u32(P, 77)
      hook = (f, v) => { const put = (p, n) => k.remap_vmalloc_range(v, p, n)
        say(put(bad, 0), put(good, 1), put(good, 0))
        say((v.vm_flags & k.VM_DONTEXPAND) !== 0); return 0 }`
    expect(run('const m = map(2); say(m.read_u32(P))', {}, driver)).toEqual(['-22 -22 0', 'true', '77'])
  })

  it('of frames leave nothing behind if one fails', () => {
    const driver = `hook = (f, v) => { const pfn = k.page_to_pfn(pages[0])
      const put = (at) => k.remap_pfn_range(v, at, pfn, P, 0)
      say(put(v.vm_start), put(v.vm_start + BigInt(P)))
      for (const again of [1, 2]) say(put(v.vm_start + 1n))
      const there = (n) => sim.pte_get(k.current.mm, v.vm_start + BigInt(n * P)) !== 0n
      say(there(0), there(1)); return 0 }`
    // The range is cleared whatever the error was, and one that is not aligned is warned of once.
    expect(run('map(3)', {}, driver)).toEqual([
      '0 0',
      'WARNING: CPU: 0 PID: 101 at mm/memory.c:2646 remap_pfn_range_internal',
      '-22',
      '-22',
      'false true',
    ])
    const whole = `hook = (f, v) => { say(k.remap_pfn_range(v, v.vm_start, k.page_to_pfn(pages[0]), P, 0)); return 0 }`
    expect(run('map(2, 0, MAP_PRIVATE)', {}, whole)).toEqual(['-22'])
  })
})

describe('what a real kernel showed (corpus/ground-truth/measured-here)', () => {
  it('is that what stays of an area that is cut is new, below as above', () => {
    const driver = `let first = null
      hook = (f, v) => { first = v; v.vm_ops = {
        open: (n) => say('open', n === first, n.vm_pgoff),
        close: (n) => say('close', n === first, n.vm_pgoff) }; return 0 }`
    const program = `const m = map(4); user.munmap(m.add(P), 2 * P)`
    const cut = ['open false 0', 'open false 3', 'close true 1', 'close false 0', 'close false 3']
    expect(run(program, {}, driver)).toEqual(cut)
  })

  it('is that the core unlocks a page that a handler returned locked, and that a write marks it dirty', () => {
    const driver = `hook = (f, v) => { v.vm_ops = { fault: (vmf) => {
      k.get_page(pages[0]); k.lock_page(pages[0]); vmf.page = pages[0]; return k.VM_FAULT_LOCKED } }; return 0 }`
    const program = `const m = map(1); m.read_u8(0); say(k.PageLocked(pages[0]), k.PageDirty(pages[0]))
      k.zap_page_range_single(k.vma_lookup(k.current.mm, m), m.addr + 100n, P); m.write_u8(0, 1)
      say(k.PageLocked(pages[0]), k.PageDirty(pages[0]), k.page_count(pages[0]))`
    expect(run(program, {}, driver)).toEqual(['0 0', '0 1 2'])
  })

  it('is that an area of VM_MIXEDMAP does not grow where it stands', () => {
    const driver = `hook = (f, v) => { k.vm_flags_set(v, k.VM_MIXEDMAP); return 0 }`
    const grow = `const m = map(2); user.munmap(m.add(P), P); say(user.mremap(m, P, 2 * P, 0))`
    expect(run(grow, {}, driver)).toEqual(['-12'])
  })

  it('is which flags pages of anonymous memory have', () => {
    const program = `const m = anon(1); m.write_u8(0, 1)
      const p = k.pfn_to_page(sim.pte_pfn(sim.pte_get(k.current.mm, m))); const f = k.page_folio(p)
      const flags = () => say(k.PageUptodate(p), k.folio_test_swapbacked(f), k.folio_test_owner_2(f))
      flags(); user.waitpid(user.fork(() => 0)); flags()`
    expect(run(program)).toEqual(['1 true true', '1 true false'])
  })
})

describe('shared anonymous memory', () => {
  it('ends where it was made to end, though an area that grew reaches further: SIGBUS there', () => {
    const program = `const m = user.mmap(null, 2 * P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
      const more = user.mremap(m, 2 * P, 3 * P, user.MREMAP_MAYMOVE); more.write_u8(P, 1)
      const pid = user.fork(() => { more.write_u8(2 * P, 1); return 0 })
      const status = [0]; user.waitpid(pid, status); say(more.read_u8(P), status[0] & 127)`
    expect(run(program).at(-1)).toBe('1 7')
  })
})

describe('other programs', () => {
  it('have pages dirty that process_vm_writev() wrote, whatever the entry says', () => {
    const program = `const m = map(1, 0, MAP_SHARED); m.write_u8(0, 1); k.ClearPageDirty(pages[0])
      const iov = [{ iov_base: m, iov_len: 4 }]; const buf = [{ iov_base: anon(1), iov_len: 4 }]
      say(user.process_vm_writev(k.current.pid, buf, 1, iov, 1, 0), k.PageDirty(pages[0]))`
    expect(run(program)).toContain('4 1')
  })

  it('are pinned as far as that goes before anything is copied: the page that stops it is asked for again', () => {
    const program = `const dev = map(2); const buf = anon(2); const none = anon(1); user.munmap(none, P)
      const iov = (p, n) => [{ iov_base: p, iov_len: n }]; const me = k.current.pid
      say(user.process_vm_readv(me, iov(buf, 10), 1, iov(dev, P + 5), 1, 0))
      say(user.process_vm_readv(me, iov(none, 10), 1, iov(dev, P + 5), 1, 0))`
    const driver = `hook = (f, v) => { v.vm_ops = { fault: (f) => { say('fault', Number(f.pgoff))
      return k.VM_FAULT_SIGBUS } }; return k.vm_insert_page(v, v.vm_start, pages[0]) }`
    expect(run(program, {}, driver)).toEqual(['fault 1', '10', 'fault 1', '-14'])
    const whole = `const dev = map(2); const buf = anon(2); const iov = (p, n) => [{ iov_base: p, iov_len: n }]
      say(user.process_vm_readv(k.current.pid, iov(buf, P + 5), 1, iov(dev, P + 5), 1, 0))`
    expect(run(whole, {}, driver)).toEqual(['fault 1', 'fault 1', '4096'])
  })

  it('can be read and written through pins, but not where GUP is stopped', () => {
    const program = `const m = anon(2); m.write_u32(P - 4, 1); m.write_u32(P, 2); const dev = map(1)
      const [r, w] = [[], []]; user.pipe(r); user.pipe(w); const me = k.current.pid; const buf = anon(1)
      user.waitpid(user.fork(() => {
        const mine = [{ iov_base: buf, iov_len: 8 }]
        const read = (pid, base, flags = 0) =>
          user.process_vm_readv(pid, mine, 1, [{ iov_base: base, iov_len: 8 }], 1, flags)
        say(read(me, m.add(P - 4)), buf.read_u32(0), buf.read_u32(4))
        buf.write_u32(0, 9); say(user.process_vm_writev(me, mine, 1, [{ iov_base: m, iov_len: 4 }], 1, 0))
        say(read(me, dev), read(9999, dev), read(me, dev, 1))
        return 0 }))
      say(m.read_u32(0))`
    const driver = `hook = (f, v) => k.remap_pfn_range(v, v.vm_start, k.page_to_pfn(pages[0]), P, 0)`
    expect(run(program, {}, driver)).toEqual(['8 1 2', '4', '-14 -3 -22', '9'])
  })
})

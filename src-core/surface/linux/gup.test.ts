/** What stops GUP, GUP-fast and pins, and what does not (KERNEL_FACTS 7.7, mm/gup.c), on every architecture. */
import { describe, expect, it } from 'vitest'
import { runSnippet } from '../../runtime/testing/run-snippet.ts'

const EFAULT = -14

/** `hook` maps page 0 of a device; `ask` makes the driver call GUP with a name, an address and flags. */
function run(program: string, hook = 'return 0', arch = 'x86_64') {
  return runSnippet(
    `
    import * as k from 'linux'
    import * as user from 'user'
    import { sim } from 'sim'
    const P = k.PAGE_SIZE
    const { FOLL_WRITE, FOLL_FORCE, FOLL_NOFAULT, FOLL_ANON, FOLL_LONGTERM } = k
    const say = (...values) => k.pr_info(values.join(' '))
    const page = k.alloc_page(k.GFP_KERNEL | k.__GFP_ZERO)
    let got = []
    let request = () => 0
    k.misc_register({ name: 'lab', fops: {
      mmap: (f, v) => { const at = v.vm_start; ${hook} },
      ioctl: (f, c, a) => { got = []; return request(a) } } })
    const { PROT_READ, PROT_WRITE, PROT_NONE, MAP_SHARED, MAP_PRIVATE, MAP_ANONYMOUS } = user
    const RW = PROT_READ | PROT_WRITE
    user.waitpid(user.spawn('lab', () => {
      const fd = user.open('/dev/lab', 2)
      const ask = (name, at, flags = 0, n = 1, list = got) => {
        request = (a) => k[name](a, n, flags, list === null ? null : got); return user.ioctl(fd, 0, at) }
      const drop = () => { for (const p of got) k.put_page(p) }
      const map = (prot = RW, flags = MAP_SHARED) => user.mmap(null, P, prot, flags, fd, 0)
      const anon = (prot = RW, n = 1) => user.mmap(null, n * P, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      ${program}
    }))
    `,
    { arch, ...(arch === 'i386-highmem' ? { memory: '64M', highmem: '32M' } : {}) },
  )
}

const INSERT = 'return k.vm_insert_page(v, at, page)'

describe.each(['x86_64', 'arm64-16k', 'i386-highmem'])('on %s', (arch) => {
  const answers = (hook: string, flags = 0): readonly string[] =>
    run(
      `const m = map(); const a = ask('get_user_pages', m, ${flags}); drop()
       const b = ask('get_user_pages_fast', m, ${flags}); drop(); say(a, b)`,
      hook,
      arch,
    ).log

  it('nothing stops it where pages were inserted', () => {
    expect(answers(INSERT)).toEqual(['1 1'])
  })

  it('VM_IO stops slow GUP and not GUP-fast (the thread)', () => {
    expect(answers(`k.vm_flags_set(v, k.VM_IO | k.VM_MIXEDMAP); ${INSERT}`)).toEqual([`${EFAULT} 1`])
  })

  it('VM_PFNMAP stops both', () => {
    expect(answers('return k.remap_pfn_range(v, at, k.page_to_pfn(page), P, 0)')).toEqual([`${EFAULT} ${EFAULT}`])
  })

  it('a write through a special entry makes it dirty before it is refused, but for a pin', () => {
    const seen = (name: string, list = 'got') =>
      run(
        `const p = map()
        const dirty = () => sim.pte_dirty(sim.pte_get(k.current.mm, p))
        say(ask('${name}', p, 0, 1, ${list}), dirty(), ask('${name}', p, FOLL_WRITE, 1, ${list}), dirty())`,
        `k.vm_flags_set(v, k.VM_MIXEDMAP); v.vm_ops = { fault: (f) =>
          k.vmf_insert_mixed(f.vma, f.address, k.page_to_pfn(page)) }; return 0`,
        arch,
      ).log
    expect(seen('get_user_pages')).toEqual(['-17 0 -17 1'])
    expect(seen('get_user_pages', 'null')).toEqual(['1 0 1 1'])
    expect(seen('pin_user_pages')).toEqual(['-17 0 -17 0'])
  })

  it('a special entry stops both, with -EEXIST, where the flags do not', () => {
    const hook = `k.vm_flags_set(v, k.VM_MIXEDMAP); v.vm_ops = { fault: (f) =>
      k.vmf_insert_mixed(f.vma, f.address, k.page_to_pfn(page)) }; return 0`
    expect(answers(hook)).toEqual(['-17 -17'])
  })

  it('protection of the area stops it, and FOLL_FORCE does where private memory is meant', () => {
    const { log } = run(
      `const ro = anon(PROT_READ); const none = anon(PROT_NONE); const dev = map(PROT_READ)
       say(ask('get_user_pages', ro, FOLL_WRITE), ask('get_user_pages', none))
       say(ask('get_user_pages', dev, FOLL_WRITE | FOLL_FORCE)); ro.read_u8(0)
       say(ask('get_user_pages', ro, FOLL_WRITE | FOLL_FORCE), k.PageHighMem(got[0]) || k.page_mapcount(got[0]))
       if (!k.PageHighMem(got[0])) { k.page_address(got[0]).write_u8(0, 5); say(ro.read_u8(0)) } else say(5); drop()
       say(ask('get_user_pages', none, FOLL_FORCE)); drop()`,
      INSERT,
      arch,
    )
    expect(log).toEqual([`${EFAULT} ${EFAULT}`, `${EFAULT}`, '1 1', '5', '1'])
  })
})

describe('arguments and limits', () => {
  it('LONGTERM is for pins, a list for whoever takes pages, and internal flags for nobody', () => {
    const { log, reports } = run(
      `const m = anon()
       const [get, pin] = ['get_user_pages', 'pin_user_pages']
       say(ask(get, m, FOLL_LONGTERM), ask(pin, m, 0, 1, null), ask(get, m, 1 << 18))
       say(ask(get, m, FOLL_WRITE, 1, null), ask(pin, m, FOLL_LONGTERM)); k.unpin_user_page(got[0])`,
    )
    // pin_user_pages() says that it took none.
    expect(log).toEqual(['-22 0 -22', '1 1'])
    expect(reports.filter((text) => text.includes('is_valid_gup_args'))).toHaveLength(3)
  })

  it('warns of what it refuses, once for each rule, and a list is not what makes a page touched', () => {
    const { log, reports } = run(
      `const m = anon(); const dev = map(); const far = 2n ** 46n - BigInt(P) + 2n ** 46n
       say(ask('pin_user_pages', m, FOLL_LONGTERM | k.FOLL_PCI_P2PDMA), ask('pin_user_pages', m, k.FOLL_GET))
       say(ask('get_user_pages_fast', m, FOLL_ANON), ask('get_user_pages_fast', m, FOLL_LONGTERM))
       say(ask('get_user_pages', m, FOLL_LONGTERM), ask('get_user_pages_fast', far, 0, 3))
       say(ask('get_user_pages', dev, FOLL_WRITE, 1, null), k.PageReferenced(page), k.PageDirty(page))`,
      INSERT,
    )
    expect(log).toEqual(['0 0', '-22 -22', `-22 ${EFAULT}`, '1 1 1'])
    const lines = [...reports.join('\n').matchAll(/mm\/gup\.c:(\d+)/g)].map((at) => at[1])
    expect(lines).toEqual(['2633', '2620', '3445', '2625'])
  })

  it('pin_user_pages() marks no page accessed or dirty, other than its kin', () => {
    const { log } = run(
      `const marks = (name) => { const m = map(); m.read_u8(0); const n = ask(name, m, FOLL_WRITE); say(
         n, k.PageReferenced(page), k.PageDirty(page)); k.ClearPageReferenced(page); k.ClearPageDirty(page)
         if (name[0] === 'p') k.unpin_user_page(got[0]); else drop(); user.munmap(m, P)
         k.ClearPageReferenced(page); k.ClearPageDirty(page) }
       for (const name of ['pin_user_pages', 'get_user_pages', 'pin_user_pages_fast']) marks(name)`,
      INSERT,
    )
    expect(log).toEqual(['1 0 0', '1 1 1', '1 1 0'])
  })

  it('FOLL_NOFAULT takes what is present, FOLL_ANON what is anonymous, and a hole makes the result short', () => {
    const { log } = run(
      `const m = anon(RW, 3); m.write_u8(0, 1); const dev = map()
       say(ask('get_user_pages', m, FOLL_NOFAULT, 3)); drop(); say(ask('get_user_pages', dev, FOLL_ANON))
       user.munmap(m.add(2 * P), P); say(ask('get_user_pages_fast', m, 0, 3)); drop()`,
      INSERT,
    )
    expect(log).toEqual(['1', `${EFAULT}`, '2'])
  })

  it('of another address space takes its pages', () => {
    const { log } = run(
      `const m = anon(); m.write_u32(0, 77); const mm = k.current.mm; const list = []
       request = () => k.get_user_pages_remote(mm, m, 1, 0, list)
       user.waitpid(user.fork(() => { say(user.ioctl(fd, 0, 0), k.page_address(list[0]).read_u32(0)); return 0 }))
       k.put_page(list[0])`,
    )
    expect(log).toEqual(['1 77'])
  })
})

describe('pins', () => {
  it('that only read get a copy of their own of what a child shares', () => {
    const { log } = run(
      `const m = anon(); m.write_u32(0, 1); const hold = []; user.pipe(hold)
       const pid = user.fork(() => { for (let i = 0; i < 3; i++) k.schedule(); say(m.read_u32(0)); return 0 })
       say(ask('pin_user_pages', m), k.page_mapcount(got[0])); m.write_u32(0, 2)
       say(k.page_address(got[0]).read_u32(0)); k.unpin_user_page(got[0]); user.waitpid(pid)`,
    )
    // The pin sees the write: the page it has is the parent's own.
    expect(log).toEqual(['1 1', '2', '1'])
  })

  it('are copied early by fork, so that the parent goes on writing to the page that is pinned', () => {
    const { log } = run(
      `const m = anon(); m.write_u32(0, 1); say(ask('pin_user_pages_fast', m, FOLL_WRITE))
       user.waitpid(user.fork(() => { m.write_u32(0, 9); return 0 })); m.write_u32(0, 2)
       say(k.page_address(got[0]).read_u32(0), k.page_count(got[0])); k.unpin_user_page(got[0])`,
    )
    // The entry and the pin; the child's end drained the batch of its cpu.
    expect(log).toEqual(['1', '2 1025'])
  })

  it('a reference does not: after fork and a write the page is no longer the one that is mapped', () => {
    const { log } = run(
      `const m = anon(); m.write_u32(0, 1); say(ask('get_user_pages_fast', m, FOLL_WRITE))
       user.waitpid(user.fork(() => 0)); m.write_u32(0, 2); say(k.page_address(got[0]).read_u32(0)); drop()`,
    )
    expect(log).toEqual(['1', '1'])
  })
})

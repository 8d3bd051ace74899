/** The per-cpu batches in which pages wait for their LRU list, each with a reference (mm/swap.c, KERNEL_FACTS 2.7). */
import { describe, expect, it } from 'vitest'
import { checkInvariants } from '../../mm/invariants.ts'
import { runSnippet, type SnippetRun } from '../../runtime/testing/run-snippet.ts'
import { FrameKind } from '../../trace/fields.ts'

/** A program with a driver that takes pages of it: `page(p)` is what lies at a user address, `counts` says counts. */
function snippet(program: string, machine: Record<string, string> = {}): SnippetRun {
  return runSnippet(
    `
    import * as k from 'linux'
    import * as user from 'user'
    const P = k.PAGE_SIZE
    const say = (...values) => k.pr_info(values.join(' '))
    const held = []
    let act = () => 0
    k.misc_register({ name: 'lab', fops: { ioctl: (file, cmd, arg) => {
      if (cmd === 2) return act(arg)
      if (k.get_user_pages_fast(arg, 1, cmd === 1 ? k.FOLL_WRITE : 0, held) !== 1) return -14
      k.put_page(held[0])
      return 0
    } } })
    const { PROT_READ, PROT_WRITE, MAP_SHARED, MAP_PRIVATE, MAP_ANONYMOUS } = user
    const RW = PROT_READ | PROT_WRITE
    const anon = (n) => user.mmap(null, n * P, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    const shared = (n) => user.mmap(null, n * P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    const counts = (...pages) => say(pages.map((one) => k.page_count(one)).join(' '))
    let fd = -1
    const page = (p) => { user.ioctl(fd, 1, p.addr); return held[0] }
    const peek = (p) => { user.ioctl(fd, 0, p.addr); return held[0] }
    const kernel = (fn, arg = 0) => { act = fn; user.ioctl(fd, 2, arg) }
    const program = (body) => user.spawn('lab', () => { fd = user.open('/dev/lab', 2); body() })
    ${program}
    `,
    machine,
  )
}

const run = (program: string, machine: Record<string, string> = {}) => snippet(program, machine).log

const one = (body: string, machine: Record<string, string> = {}) =>
  run(`user.waitpid(program(() => { ${body} }))`, machine)

describe('the batch of pages to be added', () => {
  it('holds a reference of every page that was faulted in, until the cpu drains it', () => {
    expect(
      one(`const [a, b, s] = [anon(1), anon(1), shared(1)]
        for (const p of [a, b, s]) p.write_u8(0, 1)
        const pages = [a, b, s].map(page)
        for (const one of pages) k.get_page(one)
        counts(...pages)
        user.munmap(a, P)
        counts(...pages)
        for (const one of pages) k.put_page(one)`),
    ).toEqual(['3 3 4', '1 2 3'])
  })

  it('is drained by the 31st page', () => {
    expect(
      one(`const m = anon(40)
        for (let i = 0; i < 30; i++) m.write_u8(i * P, 1)
        const first = page(m)
        counts(first)
        m.write_u8(30 * P, 1)
        counts(first, page(m.add(30 * P)))
        m.write_u8(31 * P, 1)
        counts(first, page(m.add(31 * P)))`),
    ).toEqual(['2', '1 1', '1 2'])
  })

  it('takes copies of pages that are written after a fork', () => {
    const program = `const m = anon(1); m.write_u8(0, 1)
      const old = page(m)
      const child = user.fork(() => { counts(old); m.write_u8(0, 2); counts(old, page(m)); return 0 })
      user.waitpid(child); counts(old)`
    // The write drains the batch of its cpu, to see whether the page is in there.
    expect(one(program)).toEqual(['3', '1 2', '1'])
    expect(one(program, { cpus: '4' })).toEqual(['3', '2 2', '2'])
  })

  it('belongs to a cpu: pages of another one stay in it', () => {
    const program = `let mine = null
      let ready = false
      const a = program(() => { const m = anon(1); m.write_u8(0, 1); mine = page(m); k.get_page(mine); ready = true
        while (ready) k.cond_resched(); counts(mine); user.munmap(m, P); counts(mine); k.put_page(mine) })
      user.waitpid(program(() => { const m = anon(1); m.write_u8(0, 1)
        while (!ready) k.cond_resched(); user.munmap(m, P); counts(mine); ready = false }))
      user.waitpid(a)`
    expect(run(program, { cpus: '4' })).toEqual(['3', '3', '1'])
    expect(run(program, { cpus: '1' })).toEqual(['2', '2', '1'])
  })

  it('keeps a page that another cpu unmapped', () => {
    const program = `let mine = null
      user.waitpid(program(() => { const m = anon(1); m.write_u8(0, 1); mine = page(m)
        const child = user.fork(() => { user.munmap(m, P); counts(mine); return 0 })
        user.waitpid(child); counts(mine); const other = anon(1); user.munmap(other, P); counts(mine) }))`
    expect(run(program, { cpus: '4' })).toEqual(['2', '2', '1'])
    expect(run(program, { cpus: '1' })).toEqual(['1', '1', '1'])
  })
})

describe('draining', () => {
  it.each([
    ['munmap() of an area, with or without pages', 'user.munmap(other, P)', '1'],
    ['munmap() of nothing', 'user.munmap(other, P); m.write_u8(P, 1); user.munmap(other, P)', '1 2'],
    ['mremap() that moves', 'user.mremap(other, P, 2 * P, user.MREMAP_MAYMOVE | user.MREMAP_FIXED, 0x70000000)', '1'],
    [
      'mremap() that grows in place',
      'user.munmap(m.add(3 * P), P); m.write_u8(P, 1); user.mremap(m, 3 * P, 4 * P, 0)',
      '1 2',
    ],
    ['mmap() over another area', 'user.mmap(other, P, RW, MAP_PRIVATE | MAP_ANONYMOUS | user.MAP_FIXED, -1, 0)', '1'],
    ['mmap() elsewhere', 'anon(1)', '2'],
    ['fork()', 'user.waitpid(user.fork(() => { counts(old); return 0 }))', '3\n1'],
    [
      'zap_page_range_single(), even of nothing',
      'kernel(() => { k.zap_page_range_single(k.vma_lookup(k.current.mm, m.addr), 0n, P); return 0 })',
      '1',
    ],
    [
      'zap_vma_ptes() of an area that it leaves alone',
      'kernel(() => { k.zap_vma_ptes(k.vma_lookup(k.current.mm, m.addr), m.addr, P); return 0 })',
      '2',
    ],
  ])('%s', (_, act, expected) => {
    const log = one(`const m = anon(4); const other = anon(8)
      m.write_u8(0, 1); const old = page(m); ${act}
      counts(old, ...(m.read_u8(P) === 1 ? [page(m.add(P))] : []))`)
    expect(log.join('\n')).toBe(expected)
  })

  it('happens when a write asks whether it may have a shared page to itself', () => {
    expect(
      one(`const m = anon(1); m.write_u8(0, 1)
        const old = page(m)
        user.waitpid(user.fork(() => 0))
        const other = anon(1); other.write_u8(0, 1)
        // On its list since the child ended: nothing is drained for it.
        m.write_u8(0, 2); counts(old, page(other)); say(page(m) === old)`),
    ).toEqual(['1 2', 'true'])
    expect(
      run(
        `user.waitpid(program(() => { const m = anon(1); m.write_u8(0, 1)
          const old = page(m)
          user.waitpid(user.fork(() => 0))
          const other = anon(1); other.write_u8(0, 1)
          m.write_u8(0, 2); counts(old, page(other)); say(page(m) === old) }))`,
        { cpus: '4' },
      ),
    ).toEqual(['1 1', 'true'])
  })
})

describe('the batch of pages to be activated', () => {
  it('holds a reference of a page on a list that slow GUP touched twice', () => {
    expect(
      one(`const [m, other] = [anon(1), anon(1)]; m.write_u8(0, 1); other.write_u8(0, 1)
        const one = page(m)
        const slow = () => kernel((arg) => {
          const got = []; k.get_user_pages(arg, 1, 0, got); k.put_page(got[0]); return 0 }, m.addr)
        const state = () => say(k.page_count(one), k.PageLRU(one), k.PageActive(one), k.PageReferenced(one))
        state(); user.munmap(other, P); state()
        // It was marked referenced by page().
        slow(); state(); user.munmap(anon(1), P); state(); slow(); slow(); state()`),
    ).toEqual(['2 0 0 1', '1 1 0 1', '2 1 0 0', '1 1 1 0', '1 1 1 1'])
  })

  it('is emptied when shared memory goes', () => {
    const { session } = snippet(`user.waitpid(program(() => { const m = shared(1); m.write_u8(0, 1)
      user.waitpid(user.fork(() => m.read_u8(0))) }))`)
    const { frames } = session.inside.kernel
    const left = frames.use.filter((use) => use >>> 28 === FrameKind.FOLIO)
    expect(left).toHaveLength(0)
  })

  it('is not needed for a page that waits to be added', () => {
    expect(
      one(`const [m, other] = [anon(1), anon(1)]; m.write_u8(0, 1); other.write_u8(0, 1)
        const one = page(m)
        kernel((arg) => { const got = []; k.get_user_pages(arg, 1, 0, got); k.put_page(got[0]); return 0 }, m.addr)
        say(k.page_count(one), k.PageLRU(one), k.PageActive(one), k.PageReferenced(one))
        user.munmap(other, P); say(k.page_count(one), k.PageLRU(one), k.PageActive(one))`),
    ).toEqual(['2 0 1 0', '1 1 1'])
  })
})

describe('a page on an LRU list', () => {
  it('leaves it with its last reference, without a complaint', () => {
    const { reports, session } = snippet(
      `user.waitpid(program(() => { const m = anon(1); m.write_u8(0, 1); const other = anon(1)
         const mine = page(m); k.get_page(mine); user.munmap(other, P); user.munmap(m, P); k.put_page(mine) }))`,
      { debug: 'on' },
    )
    expect(reports).toEqual([])
    checkInvariants(session.inside.kernel)
  })
})

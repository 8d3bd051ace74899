/** Cases f_* of the ground truth (measured on 6.12): what user mappings, GUP, pins and pipes do to counts. */
import { describe, expect, it } from 'vitest'
import { compile } from '../../compiler/compile.ts'
import { DEFAULT_BUDGETS } from '../../runtime/run-options.ts'
import { Session, type Sandbox } from '../../runtime/session.ts'
import { SURFACE_INDEX } from '../generated/index.ts'

const sandbox: Sandbox = {
  evaluate: (text) => new Function(`return (${text})`)() as unknown,
  protect: () => undefined,
}

/** A driver that maps page `n` of its block by `insert`, and a program that uses it. Returns the log. */
function run(insert: string, program: string, order = 0, era = 'v6.12'): string[] {
  const text = `
    import * as k from 'linux'
    import * as user from 'user'
    import { fail_next } from 'sim'
    const order = ${order}
    const block = k.alloc_pages(k.GFP_KERNEL | (order > 0 ? k.__GFP_COMP : 0), order)
    const held = []
    const say = (...values) => k.pr_info(values.join(' '))
    const counts = () => say(k.page_count(block), k.page_mapcount(block))
    const insert = (vma, at, n) => ${insert}
    let free = () => k.__free_pages(block, order)
    const fops = {
      mmap(file, vma) {
        vma.vm_ops = { open: () => say('open'), close: () => say('close'), fault: () => k.VM_FAULT_SIGBUS }
        let result = 0
        for (let i = 0; i < 1 << order; i++) result = result || insert(vma, vma.vm_start + BigInt(i * 4096), i)
        return result
      },
      ioctl(file, cmd, arg) {
        if (cmd === 0) { free(); return 0 }
        if (cmd === 1) return k.get_user_pages_fast(arg, 1, 1, held)
        if (cmd === 2) return k.pin_user_pages_fast(arg, 1, 1, held)
        if (cmd === 3) { const vma = k.vma_lookup(k.current.mm, arg); return vma === null ? 0 : 1 }
        if (cmd === 4) return k.get_user_pages(arg, 1, 0, held)
        const vma = k.find_vma(k.current.mm, 0n)
        k.zap_page_range_single(vma, arg, 4096, null)
        return 0
      },
    }
    k.misc_register({ name: 'lab', fops })
    const SIZE = 4096 << order
    const { PROT_READ, PROT_WRITE, MAP_SHARED, MAP_PRIVATE, MAP_ANONYMOUS } = user
    const map = (fd, flags = MAP_SHARED) => user.mmap(null, SIZE, PROT_READ | PROT_WRITE, flags, fd, 0)
    const pid = user.spawn('lab', () => {
      const fd = user.open('/dev/lab', 2)
      ${program}
    })
    user.waitpid(pid)
  `
  const compiled = compile('x.ts', [{ path: 'x.ts', text }], SURFACE_INDEX)
  expect(compiled.errors).toEqual([])
  const log: string[] = []
  const options = { era, machine: { debug: 'off' }, budgets: DEFAULT_BUDGETS, interleaved: true }
  const session = new Session(compiled, options, sandbox, {
    started: () => undefined,
    opened: () => undefined,
    closed: () => undefined,
    task: () => undefined,
    cache: () => undefined,
    log: (line) => log.push(line.text),
    string: () => undefined,
  })
  session.run()
  return log
}

const PAGE = 'k.vm_insert_page(vma, at, k.nth_page(block, n))'
const PFN = 'k.remap_pfn_range(vma, at, k.page_to_pfn(block) + n, 4096, 0)'

describe('a page mapped by vm_insert_page', () => {
  it('is counted by its entry, taken by GUP, and stays until the last put (f_gup)', () => {
    const log = run(
      PAGE,
      `const m = map(fd); counts(); say(user.ioctl(fd, 1, m)); counts()
       user.munmap(m, SIZE); counts(); user.ioctl(fd, 0); counts(); k.put_page(held[0]); counts()`,
    )
    expect(log).toEqual(['2 1', '1', '3 1', 'close', '2 0', '1 0', '0 0'])
  })

  it('is mapped without a count where its kind has none, and GUP stays out (memdesc)', () => {
    const log = run(PAGE, `const m = map(fd); counts(); say(user.ioctl(fd, 1, m)); user.munmap(m, SIZE)`, 0, 'memdesc')
    expect(log).toEqual(['0 0', '-17', 'close'])
  })

  it('is not mapped by a call that fault injection fails', () => {
    const log = run(PAGE, `fail_next('vm_insert_page'); say(map(fd)); counts(); user.munmap(map(fd), SIZE)`)
    expect(log).toEqual(['-12', '1 0', 'close'])
  })

  it('is pinned by 1024 references (f_pin)', () => {
    const log = run(
      PAGE,
      `const m = map(fd); say(user.ioctl(fd, 2, m)); counts(); say(k.folio_maybe_dma_pinned(k.page_folio(block)))
       user.munmap(m, SIZE); counts(); user.ioctl(fd, 0); counts(); k.unpin_user_page(held[0]); counts()`,
    )
    expect(log).toEqual(['1', '1026 1', 'true', 'close', '1025 0', '1024 0', '0 0'])
  })

  it('of a compound block counts on the head (f_gup_order2comp)', () => {
    const log = run(
      PAGE,
      `const m = map(fd); counts(); say(k.folio_mapcount(k.page_folio(block))); say(user.ioctl(fd, 1, m)); counts()
       user.munmap(m, SIZE); counts(); user.ioctl(fd, 0); counts(); k.put_page(held[0]); counts()`,
      2,
    )
    expect(log).toEqual(['5 1', '4', '1', '6 1', 'close', '2 0', '1 0', '0 0'])
  })

  it('keeps its whole block while a pipe holds one page of it', () => {
    const log = run(
      PAGE,
      `const m = map(fd); const fds = []; user.pipe(fds)
       say(user.vmsplice(fds[1], [{ iov_base: m.add(8192), iov_len: 4096 }], 1, 0)); counts()
       user.munmap(m, SIZE); counts(); user.ioctl(fd, 0); counts()
       const buf = user.mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
       say(user.read(fds[0], buf, 4096)); counts()`,
      3,
    )
    expect(log).toEqual(['4096', '10 1', 'close', '2 0', '1 0', '4096', '0 0'])
  })

  it('moves with mremap: open for the new area, close for the old, counts unchanged', () => {
    const log = run(
      PAGE,
      `const m = map(fd); const n = user.mremap(m, SIZE, SIZE, 3, 0x10000000)
       counts(); say(user.ioctl(fd, 3, m), user.ioctl(fd, 3, n)); user.ioctl(fd, 5, m); counts()
       user.ioctl(fd, 5, n); counts()`,
    )
    expect(log).toEqual(['open', 'close', '2 1', '0 1', '2 1', '1 0', 'close'])
  })

  it('is counted once more in a child, and copied for a private write', () => {
    const log = run(
      PAGE,
      `const m = map(fd); const pid = user.fork(() => counts()); user.waitpid(pid); counts(); user.munmap(m, SIZE)
       const p = map(fd, MAP_PRIVATE); counts(); p.write_u8(0, 5); counts()
       say(p.read_u8(0), k.page_address(block).read_u8(0))`,
    )
    expect(log).toEqual(['open', '3 2', 'close', '2 1', 'close', '2 1', '1 0', '5 0', 'close'])
  })

  it('is refused twice at one address', () => {
    expect(run(`(${PAGE}, ${PAGE})`, 'say(map(fd))')).toEqual(['-16'])
  })
})

describe('a frame mapped by remap_pfn_range', () => {
  it('is not counted and stops GUP', () => {
    const log = run(
      PFN,
      'const m = map(fd); counts(); say(user.ioctl(fd, 1, m), user.ioctl(fd, 4, m)); say(m.read_u8(0))',
    )
    expect(log).toEqual(['1 0', '-14 -14', '0', 'close'])
  })
})

describe('anonymous memory', () => {
  it('has two references when touched, and one more by GUP', () => {
    const log = run(
      PAGE,
      `const m = user.mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); m.write_u8(0, 1)
       user.ioctl(fd, 1, m); say(k.page_count(held[0]), k.page_mapcount(held[0])); k.put_page(held[0])`,
    )
    expect(log).toEqual(['3 1'])
  })

  it('that is not mapped stops GUP, and the program with SIGSEGV', () => {
    const log = run(PAGE, `const m = map(fd); user.munmap(m, SIZE); say(user.ioctl(fd, 1, m)); m.read_u8(0); say('no')`)
    expect(log).toEqual(['close', '-14', expect.stringContaining('segfault')])
  })
})

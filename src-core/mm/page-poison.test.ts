/** page_poison=on: free pages are 0xaa, and what was written to one is told when it is handed out. */
import { describe, expect, it } from 'vitest'
import { Cursor } from '../trace/cursor.ts'
import { TraceStore } from '../trace/store.ts'
import { runText } from '../runtime/testing/run-text.ts'
import { lab } from './testing/lab.ts'
import { checkReplay } from './testing/replay.ts'

const POISON = { debug: 'off', page_poison: 'on' }

const log = (body: string, machine: Record<string, string> = POISON): readonly string[] =>
  runText(`import * as k from 'linux'\n${body}`, { machine }).log

describe('page poisoning', () => {
  it('fills free pages, those of boot too, and leaves the bytes to who allocates', () => {
    expect(
      log(`const page = k.alloc_page(k.GFP_KERNEL)
      const at = k.page_address(page)
      k.pr_info(at.read_u32(0).toString(16))
      at.write_u32(8, 5)
      k.__free_page(page)
      k.pr_info(at.read_u32(8).toString(16))
      const again = k.alloc_page(k.GFP_KERNEL)
      k.pr_info((again === page) + ' ' + k.page_address(again).read_u64(4088).toString(16))
      const zeroed = k.get_zeroed_page(k.GFP_KERNEL)
      k.pr_info(String(zeroed.read_u64(0)))
      k.pr_info(k.phys_to_virt(0x2000n).read_u32(0) + '')`),
    ).toEqual(['aaaaaaaa', 'aaaaaaaa', 'true aaaaaaaaaaaaaaaa', '0', '0'])
  })

  it('tells a write to a free page when the page is handed out', () => {
    const lines = log(`const page = k.alloc_page(k.GFP_KERNEL)
    const at = k.page_address(page)
    k.__free_page(page)
    at.write_u16(0x40, 0x1211)
    k.pr_info('written')
    k.alloc_page(k.GFP_KERNEL)
    k.pr_info('taken')`)
    expect(lines[0]).toBe('written')
    expect(
      lines.slice(1).map((line) => line.replace(/ffff[0-9a-f]{9}040/, 'PAGE040').replace(/pfn:.*/, 'pfn')),
    ).toEqual([
      'pagealloc: memory corruption',
      'PAGE040: 11 12                                            ..',
      'page: refcount:0 mapcount:0 mapping:0000000000000000 index:0x0 pfn',
      'page dumped because: pagealloc: corrupted page details',
      'taken',
    ])
  })

  it('tells a single bit, and rows between the first and the last byte', () => {
    const lines = log(`const page = k.alloc_page(k.GFP_KERNEL)
    const at = k.page_address(page)
    k.__free_page(page)
    at.write_u8(7, 0xab)
    k.alloc_page(k.GFP_KERNEL)
    const block = k.alloc_pages(k.GFP_KERNEL, 1)
    const second = k.page_address(block).add(4096)
    k.__free_pages(block, 1)
    second.write_u8(3, 0x41)
    second.write_u8(20, 0x42)
    k.alloc_pages(k.GFP_KERNEL, 1)`)
    expect(lines.filter((line) => !line.startsWith('page')).map((line) => line.slice(13))).toEqual([
      '007: ab                                               .',
      '003: 41 aa aa aa aa aa aa aa aa aa aa aa aa aa aa aa  A...............',
      '013: aa 42                                            .B',
    ])
    expect(lines.filter((line) => line.startsWith('pagealloc'))).toEqual([
      'pagealloc: single bit error',
      'pagealloc: memory corruption',
    ])
  })

  it('switches the checks of pages on without DEBUG_VM', () => {
    const flags = (machine: Record<string, string>): number | undefined =>
      runText(
        `import * as k from 'linux'
        const page = k.alloc_page(k.GFP_KERNEL)
        k.SetPageLocked(page)
        k.__free_page(page)`,
        { machine },
      ).operations.find(({ op }) => op === '__free_page')?.flags
    expect([flags({ debug: 'off' }), flags(POISON)]).toEqual([16, 16 | 128])
  })

  it('says so ten times in five seconds at most', () => {
    const lines = log(`const pages = Array.from({ length: 14 }, () => k.alloc_page(k.GFP_KERNEL))
    for (const page of pages) k.__free_page(page)
    for (const page of pages) k.page_address(page).write_u8(0, 1)
    for (let i = 0; i < 14; i++) k.alloc_page(k.GFP_KERNEL)`)
    expect(lines.filter((line) => line === 'pagealloc: memory corruption')).toHaveLength(10)
  })

  it('goes with slabs, vmalloc, user memory, tables and coherent memory', () => {
    const { outcome, log: lines } = runText(
      `import * as k from 'linux'
      import { device } from 'sim'
      import { spawn, mmap, munmap, PROT_READ, PROT_WRITE, MAP_PRIVATE, MAP_ANONYMOUS } from 'user'
      const a = k.kmalloc(100, k.GFP_KERNEL)
      k.kfree(a)
      const v = k.vmalloc(3 * 4096)
      k.pr_info(v.read_u8(5000).toString(16))
      k.vfree(v)
      const handle = []
      const dev = device('d')
      const c = k.dma_alloc_coherent(dev, 8192, handle, k.GFP_KERNEL)
      k.pr_info(String(c.read_u64(4096)))
      k.dma_free_coherent(dev, 8192, c, handle[0])
      spawn('u', () => {
        const p = mmap(null, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        k.pr_info(String(p.read_u64(8)))
        p.write_u8(4096, 1)
        munmap(p, 8192)
      })`,
      { machine: POISON, interleaved: true },
    )
    expect([outcome, ...lines]).toEqual(['completed', 'aa', '0', '0'])
  })

  it('is in the trace: bytes go forwards and back', () => {
    const machine = lab({ page_poison: true })
    const pfn = machine.alloc()
    const at = pfn * 4096
    machine.step(() => machine.memory.fill(at, 4096, 0))
    machine.step(() => machine.memory.writeU32(at + 8, 5))
    machine.free(pfn)
    checkReplay(machine)
    machine.trace.sync()
    const cursor = new Cursor(TraceStore.of(machine.chunks), machine.info)
    const seen = [0, 2, 3, 4, 3, 1].map((step) => {
      cursor.seek(step)
      return cursor.bytes(at + 8, 1)[0]
    })
    expect(seen).toEqual([0xaa, 0, 5, 0xaa, 5, 0xaa])
  })
})

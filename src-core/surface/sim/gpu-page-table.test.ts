/** Tables that a device walks: geometry, rights, the device's TLB, and what the trace says of them. */
import { describe, expect, it } from 'vitest'
import { runSnippet } from '../../runtime/testing/run-snippet.ts'

const SETUP = `
  import * as k from 'linux'
  import { sim, GPU_READ, GPU_WRITE } from 'sim'
  const say = (...values) => k.pr_info(values.join(' '))
  const page = () => k.alloc_page(k.GFP_KERNEL | k.__GFP_ZERO)
  const phys = (p) => k.page_to_phys(p)
  const gpu = sim.gpu_page_table({ levels: 3, page_shift: 14 })
  const data = page()
  const bytes = k.page_address(data)
`
const run = (text: string, machine: Record<string, string> = { arch: 'arm64-16k' }) => runSnippet(SETUP + text, machine)

/** Rows of some kinds: kind, subject is left out, details and flags. */
const rows = (ops: ReturnType<typeof run>['ops'], prefix: string): string[] =>
  ops.filter(({ name }) => name.startsWith(prefix)).map(({ name, a, b, flags }) => `${name} ${a} ${b} ${flags}`)

describe('tables that a driver builds', () => {
  const BUILD = `
    const [root, mid, leaf] = [page(), page(), page()]
    const put = (p, i, value) => k.page_address(p).write_u64(8 * i, value)
    put(root, 1, phys(mid) | 3n); put(mid, 0, phys(leaf) | 3n)
    const IOVA = 0x10_0000_4000n
    const RW = 3n | 2n << 6n | 1n << 10n | 1n << 54n
  `
  it('are walked by the device, and writes to them are rights of it', () => {
    const { log, ops } = run(`${BUILD}
      put(leaf, 1, phys(data) | RW)
      gpu.set_root(phys(root))
      gpu.write(IOVA + 4n, [1, 2])
      say(bytes.read_u32(4), gpu.translate(IOVA) === phys(data), gpu.translate(IOVA + 0x4000n))
      put(leaf, 2, phys(data) | RW); put(leaf, 2, phys(leaf) | RW); put(leaf, 1, 0n)
    `)
    expect(log).toEqual(['513 true '])
    expect(rows(ops, 'gpu_')).toEqual([
      'gpu_table 3 14 0',
      'gpu_root 1 0 0',
      'gpu_pte_set 1 0 0',
      'gpu_tlb_fill 1 1 0',
      'gpu_write 1 2 0',
      'gpu_translate 1 1 0',
      'gpu_translate 0 1 64',
      'gpu_pte_set 2 0 0',
      'gpu_pte_set 3 2 0',
      'gpu_pte_clear 1 1 0',
    ])
  })

  it('whose entry was cleared are still used through the TLB, until it is invalidated', () => {
    const { log, ops } = run(`${BUILD}
      put(leaf, 1, phys(data) | RW); gpu.set_root(phys(root)); gpu.read(IOVA, 1)
      put(leaf, 1, 0n); k.__free_page(data); gpu.write(IOVA, [7])
      gpu.tlbi(IOVA); say(gpu.read(IOVA, 2), gpu.translate(IOVA))
    `)
    expect(log).toEqual(['255,255 '])
    expect(rows(ops, 'gpu_w')).toEqual(['gpu_write 1 1 128'])
    expect(rows(ops, 'gpu_tlbi')).toEqual(['gpu_tlbi 1 1 0'])
  })

  it('that are freed with entries left are told, and a walk through them too', () => {
    const { ops } = run(`${BUILD}
      put(leaf, 1, phys(data) | RW); gpu.set_root(phys(root))
      k.__free_page(leaf)
      gpu.read(IOVA, 1)
    `)
    expect(rows(ops, 'gpu_').slice(3)).toEqual([
      'gpu_table_freed 1 16 128',
      'gpu_pte_clear 1 1 0',
      'gpu_walk_freed 0 1 0',
      'gpu_tlb_fill 0 1 0',
      'gpu_read 0 1 0',
    ])
  })

  it('have the permissions of the GPU, not those of an ARM cpu', () => {
    const { log } = run(`${BUILD}
      gpu.set_root(phys(root))
      const rights = []
      for (const bits of [0n, 1n << 53n, 1n << 54n, 3n << 53n]) {
        put(leaf, 1, phys(data) | 3n | 2n << 6n | bits); gpu.tlbi()
        bytes.write_u8(0, 1); const read = gpu.read(IOVA, 1)[0] === 1
        gpu.write(IOVA, [2]); rights.push((read ? 'r' : '-') + (bytes.read_u8(0) === 2 ? 'w' : '-'))
      }
      say(...rights)
    `)
    expect(log).toEqual(['r- -w rw --'])
  })

  it('ignore the bits of an address above the ones that count', () => {
    const { log } = run(`${BUILD}
      put(leaf, 1, phys(data) | RW); gpu.set_root(phys(root))
      say(gpu.translate(IOVA + (1n << 39n)) === phys(data), gpu.translate(IOVA | ~((1n << 39n) - 1n)) === phys(data))
    `)
    expect(log).toEqual(['true true'])
  })
})

describe('a device without a root', () => {
  it('reaches nothing, and map() makes a new root for it instead of writing to frame 0', () => {
    const { log } = run(`
      const own = sim.gpu_page_table({ levels: 2, page_shift: k.PAGE_SHIFT })
      own.set_root(phys(page())); own.set_root(null)
      own.map(0n, phys(data), GPU_READ)
      const first = k.page_address(k.pfn_to_page(0))
      say(first.read_u64(0), own.translate(0n) === phys(data))
    `)
    expect(log).toEqual(['0 true'])
  })
})

describe('the helpers', () => {
  for (const arch of ['arm64-16k', 'x86_64', 'i386-highmem']) {
    it(`map, unmap and attach on ${arch}`, () => {
      const { log } = run(
        `
        const shift = k.PAGE_SHIFT
        const own = sim.gpu_page_table({ levels: 2, page_shift: shift })
        const dev = sim.device('gpu'); own.attach(dev)
        const A = 3n << BigInt(shift)
        say(own.map(A, phys(data), GPU_READ), own.map(A + 1n, phys(data), GPU_READ))
        bytes.write_u8(0, 9); dev.dma_write(A, [1]); say(dev.dma_read(A, 1))
        say(own.map(A, phys(data), GPU_READ | GPU_WRITE))
        own.tlbi(); dev.dma_write(A, [1]); say(bytes.read_u8(0))
        say(own.unmap(A, k.PAGE_SIZE), own.unmap(A, 1), own.translate(A) === phys(data))
        own.tlbi(A); say(own.translate(A)); own.set_root(null)
        k.__free_page(data)
        `,
        { arch },
      )
      const page = arch === 'arm64-16k' ? 'c000' : '3000'
      const warning: unknown = expect.stringContaining(`IOVA 0x${page} is mapped`)
      expect(log).toEqual(['0 -22', '9', warning, '0', '1', '0 -22 true', ''])
    })
  }
})

/** The address spaces of runs at a step: what is listed, and that it is what the simulator did. */
import { describe, expect, it } from 'vitest'
import { Op } from '../../../trace/ops.ts'
import { PageBit, type SpaceView } from '../../address-view.ts'
import { liveRun } from '../../testing/live-run.ts'
import { QUERIES } from '../index.ts'
import { RunView } from '../run-view.ts'

const of = (text: string, machine: Readonly<Record<string, string>> = {}): RunView =>
  new RunView(liveRun(text, 'v6.12', machine))
const at = (view: RunView, space: string, step = view.steps): SpaceView => QUERIES.space(view, { run: 1, step, space })!

/** First step of a line, and the last. */
const stepsOf = (view: RunView, line: number): number[] => {
  const { steps } = QUERIES.stepsOfLine(view, { run: 1, file: 'driver.ts', line })
  return [steps[0]!, steps.at(-1)!]
}
const areas = (space: SpaceView): string[] =>
  space.areas.map(({ kind, pages, name, detail }) => `${kind} ${pages} ${name} ${detail}`.trim())
const bitsAt = (space: SpaceView, i: number): string[] =>
  Object.entries(PageBit)
    .filter(([, bit]) => (space.bits[i]! & bit) !== 0)
    .map(([name]) => name)

describe('the linear map', () => {
  it('has every frame, and on a machine with high memory says which have no address', () => {
    const view = of(`import { pr_info } from 'linux'\npr_info('x')\n`)
    expect(areas(at(view, 'linear'))).toEqual(['area 3840 zone DMA', 'area 12288 zone DMA32'])
    expect(at(view, 'linear').areas[0]!.page * 4096).toBe(0xffff_8880_0010_0000)
    const high = of(`import { pr_info } from 'linux'\npr_info('x')\n`, { arch: 'i386-highmem' })
    expect(at(high, 'linear').note).toMatch(/^The \d+ frames of zone HighMem have no linear address/)
    expect(at(high, 'linear').areas.at(-1)!.name).toBe('zone Normal')
  })
})

describe('vmalloc space', () => {
  const TEXT = `import { vmalloc, vfree, vmap, vunmap, alloc_page, __free_page, GFP_KERNEL, VM_MAP } from 'linux'
const a = vmalloc(8000)!
const page = alloc_page(GFP_KERNEL)!
const b = vmap([page, page], 2, VM_MAP, 0)!
vfree(a)
vunmap(b)
__free_page(page)
`
  const view = of(TEXT)
  it('lists areas with their guard pages, and two pages that lead to one frame', () => {
    const space = at(view, 'vmalloc', stepsOf(view, 4)[1]!)
    expect(areas(space)).toEqual(['area 2 a vmalloc', 'guard 1 guard page', 'area 2 b vmap', 'guard 1 guard page'])
    expect(space.areas[0]).toMatchObject({ bytes: 8000, line: 2, file: 'driver.ts' })
    expect([...space.page].map((page) => page - space.areas[0]!.page)).toEqual([0, 1, 3, 4])
    expect(space.pfn[2]).toBe(space.pfn[3])
    expect(space.frames.rights[2]).toBe(2)
  })
  it('keeps a freed range until it is purged', () => {
    const space = at(view, 'vmalloc', stepsOf(view, 5)[1]!)
    expect(areas(space).slice(0, 2)).toEqual(['lazy 3 a freed, waits for a purge', 'area 2 b vmap'])
    expect(space.page).toHaveLength(2)
  })
  it('gives freed ranges out again after a purge, and then has them as new areas', () => {
    const again = of(`import { vmalloc, vfree } from 'linux'
for (let i = 0; i < 12; i++) vfree(vmalloc(3 << 20)!)
const last = vmalloc(4096)!
`)
    const space = at(again, 'vmalloc')
    // 32 MiB may wait: the eleventh is purged with those before it, and the twelfth is where the first was.
    expect(areas(space)).toEqual([
      'lazy 769 vmalloc(3 << 20) freed, waits for a purge',
      'area 1 last vmalloc',
      'guard 1 guard page',
    ])
    expect(space.areas[0]!.page * 4096).toBe(Number(again.info.vmallocStart))
  })
})

const MAPPED = `import { alloc_page, __free_page, GFP_KERNEL, vm_insert_page, misc_register } from 'linux'
import * as user from 'user'
import { sim } from 'sim'
import type { Ptr } from 'linux'
const page = alloc_page(GFP_KERNEL)!
misc_register({
  name: 'lab',
  fops: { mmap: (file, vma) => vm_insert_page(vma, vma.vm_start, page) },
})
const pid = user.spawn('lab', () => {
  const fd = user.open('/dev/lab', 2)
  const at = user.mmap(null, 16384, user.PROT_READ | user.PROT_WRITE, user.MAP_SHARED, fd, 0) as Ptr
  const flags = user.MAP_PRIVATE | user.MAP_ANONYMOUS
  const anon = user.mmap(null, 8192, user.PROT_READ | user.PROT_WRITE, flags, -1, 0) as Ptr
  at.write_u8(0, 1)
  anon.write_u8(0, 1)
  const child = user.fork(() => at.write_u8(0, 2))
  user.waitpid(child)
  user.munmap(at, 16384)
})
user.waitpid(pid)
`

describe('a process', () => {
  const view = of(MAPPED)
  it('is named after its task', () => {
    expect(QUERIES.spaces(view, { run: 1 }).spaces.map(({ id, name }) => `${id} ${name}`)).toEqual([
      'linear linear map',
      'vmalloc vmalloc space',
      'mm:1 lab-101 (mm 1)',
      'mm:2 lab-102 (mm 2)',
    ])
  })
  it('has the address space that its trace row names; in older traces that of its order', () => {
    const run = liveRun(MAPPED)
    const rows = run.record.chunks.flatMap(({ ops, opCount }) =>
      Array.from({ length: opCount }, (_, row) => ({ ops, row })).filter(({ row }) =>
        [Op.spawn, Op.fork].includes(ops.kind[row]!),
      ),
    )
    expect(rows.map(({ ops, row }) => ops.a[row])).toEqual([1, 2])
    const named = (numbers: readonly number[]): unknown => {
      rows.forEach(({ ops, row }, i) => (ops.a[row] = numbers[i]!))
      return QUERIES.spaces(new RunView(run), { run: 1 })
        .spaces.slice(2)
        .map(({ id, name }) => `${id} ${name}`)
    }
    expect(named([2, 1])).toEqual(['mm:2 lab-101 (mm 2)', 'mm:1 lab-102 (mm 1)'])
    expect(named([0, 0])).toEqual(['mm:1 lab-101 (mm 1)', 'mm:2 lab-102 (mm 2)'])
  })
  it('has areas without entries, and entries with the bits of the tables', () => {
    const space = at(view, 'mm:1', stepsOf(view, 16)[1]!)
    expect(areas(space)).toEqual(['area 2 anonymous memory rw-p', 'area 4 /dev/lab rw-s VM_MIXEDMAP'])
    expect(space.page).toHaveLength(2)
    expect(bitsAt(space, 0)).toEqual(['PRESENT', 'READ', 'WRITE', 'DIRTY', 'YOUNG', 'CACHED'])
    expect(space.areas[1]).toMatchObject({ line: 12 })
    expect(space.frames.mapcount[1]).toBe(1)
  })
  it('has entries before its area is in the tree: in an mmap hook, as in the kernel', () => {
    const inHook = at(view, 'mm:1', stepsOf(view, 8)[1]!)
    expect(areas(inHook)).toEqual(['left 4 /dev/lab in no tree yet: its mmap hook runs'])
    expect(bitsAt(inHook, 0)).toContain('LEFT')
  })
  it('shares frames with its child after a fork', () => {
    const forked = Array.from({ length: view.steps }, (_, step) => at(view, 'mm:2', step)).findIndex(
      ({ areas, page }) => areas.length === 2 && page.length === 2,
    )
    const [parent, child] = [at(view, 'mm:1', forked), at(view, 'mm:2', forked)]
    expect([...child.pfn]).toEqual([...new Set(parent.pfn)])
    // The entry is read-only by now; until the flush at the end of fork the parent's TLB writes on.
    expect(bitsAt(parent, 1)).toEqual(['READ', 'WRITE', 'CACHED', 'STALE'])
    expect(bitsAt(child, 0)).not.toContain('WRITE')
  })
  it('finds addresses', () => {
    const step = stepsOf(view, 16)[1]!
    const space = at(view, 'mm:1', step)
    const find = (address: bigint): unknown =>
      QUERIES.findAddress(view, { run: 1, step, space: '', address: address.toString(16) })
    expect(find(BigInt(space.page[0]!) * 4096n + 5n)).toMatchObject({ space: 'mm:1', pfn: space.pfn[0] })
    expect(find(BigInt(space.page[0]!) * 4096n + 4096n)).toMatchObject({ space: 'mm:1', pfn: -1 })
    expect(find(view.info.pageOffset + 0x100_0000n)).toMatchObject({ space: 'linear', pfn: 0x1000 })
    expect(find(view.info.vmallocStart)).toMatchObject({ space: 'vmalloc', pfn: -1 })
    expect(find(0x1234n)).toMatchObject({ space: '' })
  })
  it('shows what a TLB still reaches when the entry has gone without a flush', () => {
    const text = MAPPED.replace(
      '  const child = user.fork(() => at.write_u8(0, 2))\n  user.waitpid(child)\n',
      `
  sim.pte_clear(mm!, at)
  sim.tlb_flush()
`,
    )
      .replace(
        'mmap: (file, vma) => vm_insert_page(vma, vma.vm_start, page)',
        'mmap: (file, vma) => { mm = vma.vm_mm; return vm_insert_page(vma, vma.vm_start, page) }',
      )
      .replace('const page =', 'let mm: mm_struct | null = null\nconst page =')
      .replace("import type { Ptr } from 'linux'", "import type { Ptr, mm_struct } from 'linux'")
    const stale = of(text)
    const line = text.split('\n').findIndex((each) => each.includes('pte_clear')) + 1
    const pages = (step: number): string[][] => {
      const space = at(stale, 'mm:1', step)
      return [...space.page].map((_, i) => bitsAt(space, i)).filter((bits) => bits.includes('STALE'))
    }
    expect(pages(stepsOf(stale, line)[1]!)).toEqual([['READ', 'WRITE', 'CACHED', 'STALE']])
    expect(pages(stepsOf(stale, line + 1)[1]!)).toEqual([])
  })
})

describe('a device', () => {
  const DMA = `import { kmalloc, kfree, GFP_KERNEL } from 'linux'
import { dma_map_single, dma_unmap_single, DMA_TO_DEVICE } from 'linux/dma-mapping'
import { device } from 'sim'
const dev = device('nic')
const a = kmalloc(5000, GFP_KERNEL)!
const bus = dma_map_single(dev, a, 5000, DMA_TO_DEVICE)
dma_unmap_single(dev, bus, 5000, DMA_TO_DEVICE)
kfree(a)
`
  it.each([
    ['direct', {}, ['area 2 a to device, direct']],
    ['IOMMU', { iommu: 'on' }, ['area 2 a to device, through the IOMMU']],
    ['bounce', { swiotlb: 'force' }, ['area 2 a to device, bounce buffer']],
  ] as const)('reaches what was mapped: %s', (way, machine, expected) => {
    const view = of(DMA, machine)
    const space = at(view, 'dev:0', stepsOf(view, 6)[1]!)
    expect(areas(space)).toEqual(expected)
    expect(space.page).toHaveLength(2)
    const { pfn } = QUERIES.locate(view, { run: 1, step: stepsOf(view, 6)[1]!, target: { allocation: 1 } })
    expect((way === 'bounce' ? space.behind : space.pfn)[0]).toBe(pfn)
    expect(bitsAt(space, 0)).toEqual(way === 'bounce' ? ['PRESENT', 'READ', 'BOUNCE'] : ['PRESENT', 'READ'])
    if (way === 'IOMMU') expect(space.page[1]).toBe(2 ** 20 - 1)
    else expect(space.page[0]).toBe(space.pfn[0])
    expect(at(view, 'dev:0').areas).toEqual([])
  })

  it('that walks tables of its own reaches their leaves, and by its TLB what they were', () => {
    const view = of(
      `import { alloc_page, __free_page, page_to_phys, GFP_KERNEL } from 'linux'
import { gpu_page_table, GPU_READ, GPU_WRITE } from 'sim'
const gpu = gpu_page_table({ levels: 3, page_shift: 14 })
const data = alloc_page(GFP_KERNEL)!
gpu.map(0x4000n, page_to_phys(data), GPU_READ | GPU_WRITE)
gpu.write(0x4000n, [1])
gpu.unmap(0x4000n, 0x4000)
gpu.tlbi()
gpu.set_root(null)
__free_page(data)
`,
      { arch: 'arm64-16k' },
    )
    const seen = [5, 6, 7, 8, 9].map((line) => {
      const space = at(view, 'gpu:1', stepsOf(view, line)[1]!)
      return [space.page[0] ?? -1, space.page.length === 0 ? [] : bitsAt(space, 0)]
    })
    expect(seen).toEqual([
      [1, ['PRESENT', 'READ', 'WRITE']],
      [1, ['PRESENT', 'READ', 'WRITE', 'CACHED']],
      [1, ['READ', 'CACHED', 'STALE']],
      [-1, []],
      [-1, []],
    ])
    expect(at(view, 'gpu:1').note).toBe('The device has no root table at this step.')
  })
})

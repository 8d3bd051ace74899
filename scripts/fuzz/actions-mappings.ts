/** Random acts on mappings of a user program: of the device, of frames, of vmalloc areas, anonymous ones. */
import type { Steps } from '../../src-core/sched/driven.ts'
import { gfp, single } from './actions-pages.ts'
import type { Area, Block, PageHandle, Pointer } from './pools.ts'
import type { World } from './world.ts'

export interface VmArea {
  readonly vm_start: bigint
  readonly vm_end: bigint
  vm_private_data: unknown
}

export function* descriptor(w: World): Steps<number> {
  if (w.pools.fd < 0) w.pools.fd = yield* w.call<number>('open', '/dev/fuzz', 2)
  return w.pools.fd
}

const isPointer = (value: unknown): value is Pointer => typeof value === 'object' && value !== null

/** mmap() of the device; `hook` is the driver's part. */
function* mapDevice(w: World, pages: number, flags: number, hook: (vma: VmArea) => number): Steps<Pointer | number> {
  const fd = yield* descriptor(w)
  const { state } = w.driver
  const prot = w.value('PROT_READ') | w.value('PROT_WRITE')
  const { recorder } = w
  const slot = recorder?.reserve()
  state.hook = (vma) => {
    let result = 0
    w.nested(
      () => {
        result = hook(vma as VmArea)
      },
      (body) => {
        recorder?.place(slot ?? 0, `state.hook = (vma) => ${body.slice(0, -1)}  return ${result}\n}`)
        return ''
      },
    )
    return result
  }
  recorder?.known(state.vma, 'vma')
  const result = yield* w.call<Pointer | number>('mmap', null, pages * w.pageSize, prot, flags, fd, 0)
  state.hook = null
  recorder?.line('state.hook = null')
  return result
}

/** The address of page `i` of an area, as text too. */
function addressOf(w: World, vma: VmArea, i: number): bigint {
  return vma.vm_start + BigInt(i * w.pageSize)
}

export function* mapCounted(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.areas.length >= 12) return
  const blocks: Block[] = []
  const pages: PageHandle[] = []
  const n = 1 + dice.below(4)
  while (pages.length < n) {
    const compound = pools.blocks.filter((one) => one.compound && one.order < 3)
    const block = dice.oneIn(2) && compound.length > 0 ? dice.pick(compound) : yield* single(w)
    if (block === null) return
    for (let i = 0; i < 2 ** block.order && pages.length < n; i++) {
      pages.push(yield* w.call<PageHandle>('nth_page', block.page, i))
      blocks.push(block)
      // Who frees its block while it is mapped makes a mistake, even if the entry's reference saves the page.
      block.uses++
    }
  }
  const way = dice.below(5)
  const shared = w.value(dice.oneIn(4) ? 'MAP_PRIVATE' : 'MAP_SHARED')
  const result = yield* mapDevice(w, way === 2 ? n + 1 : n, shared, (vma) => {
    w.recorder?.known(vma, 'vma')
    // What is zapped later comes back by a fault.
    vma.vm_private_data = pages
    w.recorder?.assign('vma.vm_private_data', pages)
    if (way === 0) {
      if (dice.oneIn(2)) w.now('vm_flags_set', vma, w.value('VM_DONTCOPY'))
      w.now('vm_flags_clear', vma, w.value('VM_DONTCOPY'))
      return (
        pages.map((page, i) => w.now<number>('vm_insert_page', vma, addressOf(w, vma, i), page)).find((r) => r !== 0) ??
        0
      )
    }
    if (way === 1) {
      const num = w.object([n], `[${n}]`)
      return w.now<number>('vm_insert_pages', vma, vma.vm_start, pages, num)
    }
    // -ENXIO when the area is larger than the array.
    if (way === 2) return w.now<number>('vm_map_pages', vma, pages, n)
    if (way === 3) return 0
    w.now('vm_flags_set', vma, w.value('VM_MIXEDMAP'))
    return 0
  })
  if (!isPointer(result)) {
    for (const block of blocks) block.uses--
    return
  }
  // A mapping made by faults has entries without counts when it is mixed.
  pools.areas.push({ at: result, pages: way === 2 ? n + 1 : n, file: true, counted: way !== 4, blocks })
}

export function* mapFrames(w: World): Steps<void> {
  const { pools, dice } = w
  const block = yield* single(w)
  if (block === null || pools.areas.length >= 12) return
  const pfn = yield* w.call<number>('page_to_pfn', block.page)
  const byFault = dice.oneIn(2)
  const shared = w.value('MAP_SHARED')
  const result = yield* mapDevice(w, 1, shared, (vma) => {
    w.recorder?.known(vma, 'vma')
    if (dice.oneIn(8)) return w.now<number>('remap_pfn_range', vma, vma.vm_start + 1n, pfn, w.pageSize, 0)
    vma.vm_private_data = [block.page]
    w.recorder?.assign('vma.vm_private_data', [block.page])
    if (!byFault) return w.now<number>('remap_pfn_range', vma, vma.vm_start, pfn, w.pageSize, 0)
    w.now('vm_flags_set', vma, w.value('VM_PFNMAP') | w.value('VM_IO'))
    return 0
  })
  if (!isPointer(result)) return
  block.uses++
  pools.areas.push({ at: result, pages: 1, file: true, counted: false, blocks: [block] })
}

export function* mapArea(w: World): Steps<void> {
  const { pools, dice } = w
  const v = yield* w.call<Pointer | null>('vmalloc_user', 2 * w.pageSize)
  if (v === null) return
  const wrong = dice.oneIn(3)
  const result = yield* mapDevice(w, 2, w.value('MAP_SHARED'), (vma) => {
    w.recorder?.known(vma, 'vma')
    return w.now<number>('remap_vmalloc_range', vma, v, wrong ? 1 : 0)
  })
  if (isPointer(result)) {
    w.method('write_u32', result, 0, dice.below(2 ** 31))
    yield* w.call('munmap', result, 2 * w.pageSize)
  }
  yield* w.call('vfree', v)
  void pools
}

export function* mapAnonymous(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.areas.length >= 12) return
  const pages = 1 + dice.below(4)
  const prot = w.value('PROT_READ') | w.value('PROT_WRITE')
  const flags = w.value('MAP_ANONYMOUS') | w.value('MAP_PRIVATE')
  const result = yield* w.call<Pointer | number>('mmap', null, pages * w.pageSize, prot, flags, -1, 0)
  if (isPointer(result)) pools.areas.push({ at: result, pages, file: false, counted: true, blocks: [] })
}

export function* touch(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.areas.length === 0) return
  const area = dice.pick(pools.areas)
  // Behind the blocks of a larger area there is nothing: SIGBUS.
  const pages = area.file ? area.blocks.length : area.pages
  if (pages === 0) return
  const p = w.at(area.at, dice.below(pages) * w.pageSize + 8 * dice.below(100))
  yield* w.call('is_vmalloc_addr', p)
  if (dice.oneIn(2)) w.method('write_u32', p, 0, dice.below(2 ** 31))
  else w.method('read_u64', p, 0)
}

export function* unmapArea(w: World, area: Area): Steps<void> {
  yield* w.call('munmap', area.at, area.pages * w.pageSize)
  for (const block of area.blocks) block.uses--
}

export function* unmap(w: World): Steps<void> {
  const area = w.pools.take(w.pools.areas, w.dice.below(1000))
  if (area !== undefined) yield* unmapArea(w, area)
}

export function* move(w: World): Steps<void> {
  const { dice, pools } = w
  const i = pools.areas.findIndex((area) => !area.file)
  if (i < 0) return
  const area = pools.areas[i]!
  const pages = dice.oneIn(3) ? area.pages + 1 : area.pages
  const flags = dice.oneIn(4) ? 0 : w.value('MREMAP_MAYMOVE')
  const old = area.pages * w.pageSize
  const result = yield* w.call<Pointer | number>('mremap', area.at, old, pages * w.pageSize, flags)
  if (isPointer(result)) pools.areas[i] = { ...area, at: result, pages }
}

export function* insertRefused(w: World): Steps<void> {
  const { dice, pools } = w
  const slab = yield* w.call<Pointer | null>('kmalloc', 64, gfp(w))
  const block = yield* single(w)
  if (slab === null || block === null) return
  const page = yield* w.call<PageHandle>('virt_to_page', slab)
  const many = dice.oneIn(2)
  const result = yield* mapDevice(w, 1, w.value('MAP_SHARED'), (vma) => {
    w.recorder?.known(vma, 'vma')
    const start = vma.vm_start
    const insert = (one: PageHandle): void => {
      if (many) w.now('vm_insert_pages', vma, start, [one], w.object([1], '[1]'))
      else w.now('vm_insert_page', vma, start, one)
    }
    insert(page)
    insert(block.page)
    insert(block.page)
    return 0
  })
  if (isPointer(result)) yield* w.call('munmap', result, w.pageSize)
  yield* w.call('kfree', slab)
  void pools
}

export function* faultRefused(w: World): Steps<void> {
  const block = yield* single(w)
  if (block === null) return
  const mixed = w.dice.oneIn(2)
  const pfn = yield* w.call<number>('page_to_pfn', block.page)
  const result = yield* mapDevice(w, 1, w.value('MAP_SHARED'), (vma) => {
    w.recorder?.known(vma, 'vma')
    w.now('vm_flags_set', vma, w.value(mixed ? 'VM_MIXEDMAP' : 'VM_PFNMAP'))
    const name = mixed ? 'vmf_insert_mixed' : 'vmf_insert_pfn'
    if (w.now<number>(name, vma, vma.vm_end, pfn) === w.value('VM_FAULT_SIGBUS')) w.saw(name, 'VM_FAULT_SIGBUS')
    w.now(name, vma, vma.vm_start, pfn)
    return 0
  })
  if (isPointer(result)) yield* w.call('munmap', result, w.pageSize)
}

/** No memory for an entry: its table cannot be made. */
export function* insertWithoutMemory(w: World): Steps<void> {
  const block = yield* single(w)
  if (block === null) return
  const result = yield* mapDevice(w, 1, w.value('MAP_SHARED'), (vma) => {
    w.recorder?.known(vma, 'vma')
    w.now('fail_next', 'vm_insert_page')
    w.now('vm_insert_page', vma, vma.vm_start, block.page)
    return 0
  })
  if (isPointer(result)) yield* w.call('munmap', result, w.pageSize)
}

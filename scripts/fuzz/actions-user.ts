/** Random acts of a user program: mappings, GUP, pins, pipes, children. */
import type { Steps } from '../../src-core/sched/driven.ts'
import type { Action } from './action.ts'
import { gfp, single } from './actions-pages.ts'
import type { Area, Block, PageHandle, Pointer } from './pools.ts'
import type { World } from './world.ts'

interface VmArea {
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

function* mapCounted(w: World): Steps<void> {
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

function* mapFrames(w: World): Steps<void> {
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

function* mapArea(w: World): Steps<void> {
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

function* mapAnonymous(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.areas.length >= 12) return
  const pages = 1 + dice.below(4)
  const prot = w.value('PROT_READ') | w.value('PROT_WRITE')
  const flags = w.value('MAP_ANONYMOUS') | w.value('MAP_PRIVATE')
  const result = yield* w.call<Pointer | number>('mmap', null, pages * w.pageSize, prot, flags, -1, 0)
  if (isPointer(result)) pools.areas.push({ at: result, pages, file: false, counted: true, blocks: [] })
}

function* touch(w: World): Steps<void> {
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

function* unmap(w: World): Steps<void> {
  const area = w.pools.take(w.pools.areas, w.dice.below(1000))
  if (area !== undefined) yield* unmapArea(w, area)
}

function* move(w: World): Steps<void> {
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

function* wrongCalls(w: World): Steps<void> {
  const { dice } = w
  const size = w.pageSize
  const prot = w.value('PROT_READ')
  const anonymous = w.value('MAP_ANONYMOUS') | w.value('MAP_PRIVATE')
  switch (dice.below(11)) {
    case 0:
      yield* w.call('open', '/dev/none', 2)
      break
    case 1:
      yield* w.call('close', 900)
      break
    case 2:
      yield* w.call('ioctl', dice.oneIn(2) ? 900 : yield* descriptor(w), 7, 0)
      break
    case 3:
      yield* w.call('mmap', null, size, prot, w.value('MAP_SHARED'), 900, 0)
      break
    case 4:
      yield* w.call('mmap', null, dice.oneIn(2) ? 0 : 2 ** 47, prot, anonymous, -1, 0)
      break
    case 5:
      yield* w.call('munmap', 1n, size)
      break
    case 6:
      yield* w.call('mremap', dice.oneIn(2) ? 0x1000_0000n : 0x1000_0001n, size, size, 1)
      break
    case 7:
      yield* w.call('waitpid', 99_999)
      break
    case 8:
      yield* w.call('read', 900, 0x1000n, 1)
      break
    case 9:
      yield* w.call('write', 900, 0x1000n, 1)
      break
    default:
      yield* w.call('vmsplice', 900, [{ iov_base: 0x1000n, iov_len: 1 }], 1, 0)
  }
}

function* gup(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.pins.length > 60) return
  const pinned = dice.oneIn(2)
  const name = `${pinned ? 'pin' : 'get'}_user_pages${dice.oneIn(2) ? '_fast' : ''}`
  const area = pools.areas.length > 0 && !dice.oneIn(6) ? dice.pick(pools.areas) : undefined
  const start = area === undefined ? 0x2000n : area.at.addr
  const n = (area?.pages ?? 1) + dice.below(2)
  const pages = w.object<PageHandle[]>([], '[]')
  const mm = current(w)
  const locked = !name.endsWith('_fast')
  if (locked) yield* w.call('mmap_read_lock', mm)
  const flags = (dice.oneIn(2) ? w.value('FOLL_WRITE') : 0) | (pinned && dice.oneIn(2) ? w.value('FOLL_LONGTERM') : 0)
  const got = yield* w.call<number>(name, start, n, flags, pages)
  if (locked) yield* w.call('mmap_read_unlock', mm)
  if (got > 0 && got < n) w.saw(name, 'short')
  for (let i = 0; i < got; i++) {
    // What lies behind the area is somebody else's: given back at once.
    if (i >= (area?.pages ?? 1)) {
      yield* w.call(pinned ? 'unpin_user_page' : 'put_page', pages[i])
      continue
    }
    // put_page() of a page that is pinned reads as the wrong way to give the pin back.
    const block = pinned ? area?.blocks[i] : undefined
    if (block !== undefined) block.uses++
    pools.pins.push({ page: pages[i]!, pinned, block })
  }
}

function* unpin(w: World): Steps<void> {
  const { dice, pools } = w
  const one = pools.take(pools.pins, dice.below(1000))
  if (one === undefined) return
  if (one.block !== undefined) one.block.uses--
  if (!one.pinned) yield* w.call('put_page', one.page)
  else if (dice.oneIn(3)) yield* w.call('unpin_user_page', one.page)
  else yield* w.call('unpin_user_pages', [one.page], 1)
}

/** `current.mm`. */
function current(w: World): object {
  const task = w.value<{ readonly mm: object }>('current')
  w.recorder?.known(task.mm, 'current.mm')
  return task.mm
}

function* aboutAreas(w: World): Steps<void> {
  const { dice, pools } = w
  const mm = current(w)
  const area = pools.areas.length > 0 ? dice.pick(pools.areas) : undefined
  const at = area === undefined || dice.oneIn(8) ? 0x7fff_ffff_0000n : area.at.addr
  yield* w.call('mmap_read_lock', mm)
  const vma = yield* w.call<VmArea | null>(dice.pick(['vma_lookup', 'find_vma']), mm, at)
  yield* w.call('mmap_read_unlock', mm)
  if (vma === null || area === undefined || !area.file || at !== area.at.addr) return
  const block = area.blocks[0]
  yield* w.call('mmap_write_lock', mm)
  yield* w.call('mmap_read_trylock', mm)
  yield* w.call('mmap_write_unlock', mm)
  if (block === undefined) return
  switch (dice.below(5)) {
    case 0:
      yield* w.call('zap_page_range_single', vma, at, w.pageSize, null)
      break
    case 1:
      yield* w.call('zap_vma_ptes', vma, at, w.pageSize)
      break
    case 2:
      w.recorder?.known(w.driver.state.file, 'state.file')
      yield* w.call('unmap_mapping_range', w.driver.state.file, 0, 0, 1)
      break
    case 3:
      // Refused: outside the area.
      if (area.counted) yield* w.call('vm_insert_page', vma, vma.vm_end, block.page)
      break
    case 4:
      if (area.counted) yield* w.call('vm_insert_pages', vma, vma.vm_end, [block.page], w.object([1], '[1]'))
      break
    default:
      yield* w.call('mmap_read_lock', mm)
      yield* w.call('mmap_read_unlock', mm)
  }
}

function* insertRefused(w: World): Steps<void> {
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

function* faultRefused(w: World): Steps<void> {
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

function* pipes(w: World): Steps<void> {
  const { dice, pools } = w
  const area = pools.areas.find((one) => !one.file)
  if (area === undefined) return
  if (pools.pipes.length < 3) {
    const fds = w.object<number[]>([], '[]')
    yield* w.call('pipe', fds)
    pools.pipes.push({ fds: [...fds], bytes: 0 })
    return
  }
  const at = dice.below(pools.pipes.length)
  const pipe = pools.pipes[at]!
  const way = dice.below(6)
  const size = 1 + dice.below(w.pageSize)
  if (way === 0) {
    pools.pipes.splice(at, 1)
    for (const fd of pipe.fds) yield* w.call('close', fd)
  } else if (way === 1) yield* w.call('write', pipe.fds[1], area.at, size)
  else if (way === 2) yield* w.call('read', pipe.fds[0], area.at, size)
  else if (way === 3) {
    yield* w.call(dice.oneIn(2) ? 'write' : 'read', pipe.fds[dice.below(2)], 0x3000n, 4)
  } else {
    const source = dice.oneIn(6) ? 0x3000n : dice.pick(pools.areas).at
    yield* w.call('vmsplice', pipe.fds[1], [{ iov_base: source, iov_len: 1 + dice.below(64) }], 1, 0)
  }
}

function* file(w: World): Steps<void> {
  const { dice, pools } = w
  const area = pools.areas.find((one) => !one.file)
  const fd = yield* w.call<number>('open', '/dev/fuzz', 2)
  yield* w.call('ioctl', fd, dice.below(5), 0)
  if (area !== undefined) {
    yield* w.call('read', fd, area.at, 4)
    yield* w.call('write', fd, area.at, 4)
  }
  yield* w.call('close', fd)
}

function* copy(w: World): Steps<void> {
  const { dice, pools } = w
  const area = pools.areas.find((one) => !one.file)
  const object = pools.objects.find(({ size }) => size >= 32)
  if (object === undefined) return
  const to = area === undefined || dice.oneIn(4) ? 0x3000n : area.at
  yield* w.call('memset', object.p, 1, 32)
  for (const name of ['copy_to_user', 'copy_from_user']) {
    const args = name === 'copy_to_user' ? [to, object.p, 32] : [object.p, to, 32]
    if ((yield* w.call<number>(name, ...args)) > 0) w.saw(name, 'short')
  }
}

function* child(w: World): Steps<void> {
  const { dice, pools } = w
  const area = pools.areas.find((one) => !one.file)
  const body = w.task(function* () {
    if (area !== undefined) w.method('write_u32', area.at, 0, dice.below(1000))
    if (dice.oneIn(2)) yield* w.call('exit', dice.below(3))
    return 0
  })
  w.recorder?.function(body, area)
  yield* w.call('waitpid', yield* w.call<number>('fork', body))
  yield* w.call('waitpid', yield* w.call<number>('spawn', 'child', noTouch(w)))
}

function noTouch(w: World): unknown {
  const body = w.task(function* () {
    yield* w.call('exit', 0)
  })
  w.recorder?.function(body, undefined)
  return body
}

function* spaces(w: World): Steps<void> {
  const mm = current(w)
  const way = w.dice.below(3)
  if (way === 0) {
    yield* w.call('mmgrab', mm)
    yield* w.call('mmdrop', mm)
    return
  }
  if (yield* w.call<boolean>('mmget_not_zero', mm)) yield* w.call(way === 1 ? 'mmput' : 'mmput_async', mm)
}

/** An address space without users cannot be used again. */
function* deadSpace(w: World): Steps<void> {
  const box = w.object<{ mm: object | null }>({ mm: null }, '{ mm: null }')
  const body = w.task(function* () {
    const mm = current(w)
    box.mm = mm
    yield* w.call('mmgrab', mm)
  })
  w.recorder?.keeper(body, box)
  const pid = yield* w.call<number>('spawn', 'short', body)
  yield* w.call('waitpid', pid)
  if (box.mm === null) return
  w.recorder?.known(box.mm, w.recorder.nameOf(box) + '.mm')
  if (yield* w.call<boolean>('mmget_not_zero', box.mm)) yield* w.call('mmput', box.mm)
  yield* w.call('mmdrop', box.mm)
}

/** No memory for an entry: its table cannot be made. */
function* insertWithoutMemory(w: World): Steps<void> {
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

export const USER_ACTIONS: readonly Action[] = [
  [17, mapCounted],
  [6, mapFrames],
  [3, mapArea],
  [5, mapAnonymous],
  [8, touch],
  [24, unmap],
  [5, move],
  [12, wrongCalls],
  [13, gup],
  [16, unpin],
  [30, aboutAreas],
  [2, insertRefused],
  [4, faultRefused],
  [1, insertWithoutMemory],
  [22, pipes],
  [4, file],
  [7, copy],
  [4, child],
  [11, spaces],
  [1, deadSpace],
]

/** Random acts of a user program: GUP, pins, pipes, files, children, address spaces; and those on mappings. */
import type { Steps } from '../../src-core/sched/driven.ts'
import type { Action } from './action.ts'
import {
  descriptor,
  faultRefused,
  insertRefused,
  insertWithoutMemory,
  mapAnonymous,
  mapArea,
  mapCounted,
  mapFrames,
  move,
  touch,
  unmap,
  type VmArea,
} from './actions-mappings.ts'
import type { PageHandle } from './pools.ts'
import type { World } from './world.ts'

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

/** How often each act of a user program is done, by weight. */
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

/** Random acts on scatterlists, DMA mappings and a device that really reads and writes. */
import type { Steps } from '../../src-core/sched/driven.ts'
import type { Action } from './action.ts'
import { gfp, maybeFail, single } from './actions-pages.ts'
import type { Pointer } from './pools.ts'
import type { World } from './world.ts'

interface Device {
  dma_read(address: bigint, n: number): unknown
  dma_write(address: bigint, bytes: readonly number[]): unknown
}

function* deviceOf(w: World): Steps<Device> {
  if (w.pools.device === null || w.dice.oneIn(6)) w.pools.device = yield* w.call<object>('device', 'random')
  return w.pools.device as Device
}

const DIRECTIONS = ['DMA_TO_DEVICE', 'DMA_FROM_DEVICE', 'DMA_BIDIRECTIONAL']

function* stream(w: World): Steps<void> {
  const { dice } = w
  const dev = yield* deviceOf(w)
  const dir = w.value(dice.pick(DIRECTIONS))
  const byPage = dice.oneIn(2)
  const name = byPage ? 'dma_map_page' : 'dma_map_single'
  const size = 256
  const block = byPage ? yield* single(w) : null
  const p = byPage ? null : yield* w.call<Pointer | null>('kmalloc', size, gfp(w))
  if ((byPage ? block : p) === null) return
  yield* maybeFail(w, name, 4)
  const address = byPage
    ? yield* w.call<bigint>(name, dev, block!.page, 0, size, dir)
    : yield* w.call<bigint>(name, dev, p, size, dir)
  const failed = (yield* w.call<number>('dma_mapping_error', dev, address)) !== 0
  if (failed) w.saw(name, 'DMA_MAPPING_ERROR')
  else {
    yield* w.call('dma_sync_single_for_cpu', dev, address, size, dir)
    yield* w.call('dma_sync_single_for_device', dev, address, size, dir)
    yield* w.call(byPage ? 'dma_unmap_page' : 'dma_unmap_single', dev, address, size, dir)
  }
  if (p !== null) yield* w.call('kfree', p)
}

function* table(w: World): Steps<void> {
  const { dice, pools } = w
  const dev = yield* deviceOf(w)
  const dir = w.value(dice.pick(DIRECTIONS))
  const singles = pools.blocks.filter((block) => block.order === 0 && !block.high).slice(0, 1 + dice.below(6))
  if (singles.length === 0) return
  const pages = singles.map((block) => block.page)
  const sgt = w.object<{ sgl: object; nents: number; orig_nents: number }>({} as never, '{}')
  yield* maybeFail(w, 'sg_alloc_table_from_pages', 5)
  const size = pages.length * w.pageSize
  if ((yield* w.call<number>('sg_alloc_table_from_pages', sgt, pages, pages.length, 0, size, gfp(w))) !== 0) return
  w.recorder?.known(sgt.sgl, `${w.recorder.nameOf(sgt)}.sgl`)
  yield* w.call('for_each_sgtable_sg', sgt, w.export('noop'))
  const list = dice.oneIn(2)
  const name = list ? 'dma_map_sg' : 'dma_map_sgtable'
  yield* maybeFail(w, name, 3)
  const mapped = list
    ? yield* w.call<number>('dma_map_sg', dev, sgt.sgl, sgt.orig_nents, dir)
    : yield* w.call<number>('dma_map_sgtable', dev, sgt, dir, 0)
  if (list ? mapped > 0 : mapped === 0) {
    if (list) {
      yield* w.call('sg_dma_address', sgt.sgl)
      yield* w.call('sg_dma_len', sgt.sgl)
      yield* w.call('dma_unmap_sg', dev, sgt.sgl, sgt.orig_nents, dir)
    } else {
      yield* w.call('for_each_sgtable_dma_sg', sgt, w.export('noop'))
      yield* w.call('dma_sync_sgtable_for_cpu', dev, sgt, dir)
      yield* w.call('dma_sync_sgtable_for_device', dev, sgt, dir)
      yield* w.call('dma_unmap_sgtable', dev, sgt, dir, 0)
    }
  }
  yield* w.call('sg_free_table', sgt)
}

function* lists(w: World): Steps<void> {
  const { dice } = w
  const block = yield* single(w)
  const p = yield* w.call<Pointer | null>('kmalloc', 128, gfp(w))
  if (block === null || p === null) {
    if (p !== null) yield* w.call('kfree', p)
    return
  }
  const sgt = w.object<{ sgl: object }>({} as never, '{}')
  yield* maybeFail(w, 'sg_alloc_table', 4)
  const n = 2 + dice.below(3)
  if ((yield* w.call<number>('sg_alloc_table', sgt, n, gfp(w))) === 0) {
    w.recorder?.known(sgt.sgl, `${w.recorder.nameOf(sgt)}.sgl`)
    yield* w.call('sg_set_page', sgt.sgl, block.page, w.pageSize, 0)
    yield* w.call('sg_page', sgt.sgl)
    yield* w.call('sg_virt', sgt.sgl)
    let sg: object | null = sgt.sgl
    for (let i = 1; i < n && sg !== null; i++) {
      sg = yield* w.call<object | null>('sg_next', sg)
      if (sg !== null) yield* w.call('sg_set_buf', sg, p, 64)
    }
    if (sg !== null) yield* w.call('sg_next', sg)
    yield* w.call('sg_nents', sgt.sgl)
    yield* w.call('for_each_sg', sgt.sgl, n, w.export('noop'))
    yield* w.call('sg_free_table', sgt)
  }
  const array = w.object<object[]>([{}, {}], '[{}, {}]')
  yield* w.call('sg_init_table', array, 2)
  yield* w.call('kfree', p)
}

function* coherent(w: World): Steps<void> {
  const { dice } = w
  const dev = yield* deviceOf(w)
  const handle = w.object<bigint[]>([], '[]')
  const size = 1 + dice.below(2 * w.pageSize)
  yield* maybeFail(w, 'dma_alloc_coherent', 4)
  const p = yield* w.call<Pointer | null>('dma_alloc_coherent', dev, size, handle, gfp(w))
  if (p === null) return
  w.method('write_u8', p, dice.below(size), dice.below(256))
  yield* w.call('dma_free_coherent', dev, size, p, handle[0])
}

export const DMA_ACTIONS: readonly Action[] = [
  [12, stream],
  [18, table],
  [6, lists],
  [4, coherent],
]

/** Random acts on pages, references, folios and the memory in them. */
import type { Steps } from '../../src-core/sched/driven.ts'
import type { Action } from './action.ts'
import type { Block, PageHandle, Pointer } from './pools.ts'
import type { World } from './world.ts'

/** Adds a block that was allocated; null stays null. */
export function own(w: World, page: PageHandle | null, order: number, compound: boolean, high = false): Block | null {
  if (page === null) return null
  const block: Block = { page, order, compound: compound && order > 0, high, uses: 0 }
  w.pools.blocks.push(block)
  return block
}

/** Flags of an ordinary allocation. */
export function gfp(w: World, ...more: string[]): number {
  const base = w.dice.pick(['GFP_KERNEL', 'GFP_KERNEL', 'GFP_KERNEL', 'GFP_ATOMIC', 'GFP_NOWAIT', 'GFP_USER'])
  let mask = w.value('__GFP_NOWARN')
  for (const name of [base, ...more]) mask = (mask | w.value(name)) >>> 0
  return mask
}

/** A block of one page that is the program's, made if there is none. */
export function* single(w: World): Steps<Block | null> {
  const known = w.pools.blocks.filter((block) => block.order === 0 && !block.high)
  if (known.length > 0) return w.dice.pick(known)
  return own(w, yield* w.call('alloc_page', gfp(w)), 0, false)
}

/** Lets the next call of a function fail, now and then. */
export function* maybeFail(w: World, name: string, oneIn = 12): Steps<void> {
  if (w.dice.oneIn(oneIn)) yield* w.call('fail_next', name)
}

/** A random block without other uses, taken out of the pool. */
export function takeFree(w: World, fits: (block: Block) => boolean = () => true): Block | undefined {
  const { blocks } = w.pools
  const free = blocks.filter((block) => block.uses === 0 && fits(block))
  if (free.length === 0) return undefined
  const block = w.dice.pick(free)
  w.pools.take(blocks, blocks.indexOf(block))
  return block
}

/** Frees a block that nobody else uses, by a call that fits it. */
export function* release(w: World, block: Block): Steps<void> {
  const put = block.order === 0 || block.compound
  const way = w.dice.below(block.high ? 2 : 4)
  if (way === 0 && put) yield* w.call('put_page', block.page)
  else if (way === 1 && block.order === 0) yield* w.call('__free_page', block.page)
  else if (way === 2) {
    const address = yield* w.call<Pointer>('page_to_virt', block.page)
    if (block.order === 0 && w.dice.oneIn(2)) yield* w.call('free_page', address)
    else yield* w.call('free_pages', address, block.order)
  } else if (way === 3 && block.compound) {
    const folio = yield* w.call('page_folio', block.page)
    yield* w.call('folio_put', folio)
  } else yield* w.call('__free_pages', block.page, block.order)
}

function* allocate(w: World): Steps<void> {
  const { dice } = w
  const order = dice.oneIn(2) ? 0 : dice.oneIn(40) ? 12 : dice.below(5)
  const compound = dice.oneIn(2)
  const way = dice.below(8)
  const name = ['alloc_pages', 'alloc_pages', 'alloc_page', '__get_free_pages', '__get_free_page'][way]
  const mask = gfp(w, ...(compound ? ['__GFP_COMP'] : []), ...(dice.oneIn(4) ? ['__GFP_ZERO'] : []))
  if (name !== undefined) yield* maybeFail(w, name)
  if (way < 2) {
    const high = dice.oneIn(4)
    const page = yield* w.call<PageHandle | null>(
      'alloc_pages',
      high ? (mask | w.value('__GFP_HIGHMEM')) >>> 0 : mask,
      order,
    )
    own(w, page, order, compound, high)
  } else if (way === 2) own(w, yield* w.call('alloc_page', mask), 0, false)
  else if (way < 5) {
    const single = way === 4
    const p = yield* w.call<Pointer | null>(name!, mask, ...(single ? [] : [order]))
    if (p !== null) own(w, yield* w.call('virt_to_page', p), single ? 0 : order, compound)
  } else if (way === 5) {
    yield* maybeFail(w, 'get_zeroed_page')
    const p = yield* w.call<Pointer | null>('get_zeroed_page', gfp(w))
    if (p !== null) own(w, yield* w.call('virt_to_page', p), 0, false)
  } else if (way === 6) {
    yield* maybeFail(w, 'folio_alloc')
    const folio = yield* w.call<object | null>('folio_alloc', gfp(w), order)
    if (folio !== null) own(w, yield* w.call('folio_page', folio, 0), order, true)
  } else {
    const array = w.object<(object | null)[]>([], '[]')
    const n = 1 + dice.below(6)
    yield* maybeFail(w, 'alloc_pages_bulk_array')
    const got = yield* w.call<number>('alloc_pages_bulk_array', gfp(w), n, array)
    if (got < n) w.saw('alloc_pages_bulk_array', 'short')
    for (let i = 0; i < got; i++) own(w, array[i]!, 0, false)
  }
}

function* free(w: World): Steps<void> {
  const block = takeFree(w)
  if (block !== undefined) yield* release(w, block)
}

/** Takes a reference of a block, and keeps it. */
function* reference(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.blocks.length === 0 || pools.references.length > 200) return
  const block = dice.pick(pools.blocks)
  // A page of a block that is not compound counts alone: only the first one may be counted.
  const page = block.compound
    ? yield* w.call<PageHandle>('nth_page', block.page, dice.below(2 ** block.order))
    : block.page
  const way = dice.below(6)
  if (way === 0 || way === 5) yield* w.call('get_page', page)
  else if (way === 1 && !(yield* w.call<boolean>('try_get_page', page))) return
  else if (way === 2 && !(yield* w.call<boolean>('get_page_unless_zero', page))) return
  else if (way > 2) {
    const folio = yield* w.call<object>('page_folio', page)
    if (way === 3) yield* w.call('folio_get', folio)
    else if (!(yield* w.call<boolean>('folio_try_get', folio))) return
  }
  block.uses++
  pools.references.push({ page, block })
}

function* put(w: World): Steps<void> {
  const { dice, pools } = w
  const reference = pools.take(pools.references, dice.below(1000))
  if (reference === undefined) return
  reference.block.uses--
  if (dice.oneIn(3)) yield* w.call('folio_put', yield* w.call('page_folio', reference.page))
  else yield* w.call('put_page', reference.page)
}

/** The owner frees a block that others still hold: for the others it lives on. */
function* freeHeld(w: World): Steps<void> {
  const { dice, pools } = w
  const held = pools.references.filter(({ block }) => pools.blocks.includes(block) && block.order < 4)
  if (held.length === 0) return
  const { block } = dice.pick(held)
  const holders = pools.references.filter((one) => one.block === block).length
  if (block.uses !== holders) return
  pools.blocks.splice(pools.blocks.indexOf(block), 1)
  yield* w.call('__free_pages', block.page, block.order)
}

function* split(w: World): Steps<void> {
  const { dice } = w
  const order = 1 + dice.below(2)
  const page = yield* w.call<PageHandle | null>('alloc_pages', gfp(w), order)
  if (page === null) return
  yield* w.call('split_page', page, order)
  for (let i = 0; i < 2 ** order; i++) own(w, yield* w.call('nth_page', page, i), 0, false)
  for (let i = 0; i < 2; i++) yield* free(w)
}

function* exact(w: World): Steps<void> {
  const { dice, pools } = w
  if (dice.oneIn(2) || pools.exact.length > 20) {
    const old = pools.take(pools.exact, dice.below(100))
    if (old !== undefined) yield* w.call('free_pages_exact', old.p, old.size)
    return
  }
  const size = 1 + dice.below(5 * w.pageSize)
  yield* maybeFail(w, 'alloc_pages_exact', 6)
  const p = yield* w.call<Pointer | null>('alloc_pages_exact', size, gfp(w))
  if (p !== null) pools.exact.push({ p, size })
}

/** Questions about a page and its folio. */
function* ask(w: World): Steps<void> {
  const { dice, pools } = w
  if (pools.blocks.length === 0) return
  const block = dice.pick(pools.blocks)
  const page = yield* w.call<PageHandle>('nth_page', block.page, dice.below(2 ** block.order))
  const folio = yield* w.call<object>('page_folio', block.page)
  const ofPage = ['page_ref_count', 'page_count', 'page_mapcount', 'PageCompound', 'PageHead', 'PageTail', 'PageSlab']
  const more = [
    'PageBuddy',
    'PageReserved',
    'PageHighMem',
    'compound_head',
    'compound_order',
    'page_to_pfn',
    'page_address',
  ]
  for (const name of [...ofPage, ...more, 'page_state']) yield* w.call(name, page)
  for (const name of ['folio_ref_count', 'folio_mapcount', 'folio_nr_pages', 'folio_order']) yield* w.call(name, folio)
  const n = yield* w.call<number>('folio_page_idx', folio, block.compound ? page : block.page)
  yield* w.call('folio_page', folio, n)
}

function* convert(w: World): Steps<void> {
  const block = yield* single(w)
  if (block === null) return
  const pfn = yield* w.call<number>('page_to_pfn', block.page)
  yield* w.call('pfn_to_page', pfn)
  yield* w.call('pfn_valid', w.dice.oneIn(3) ? 2 ** 30 : pfn)
  const phys = yield* w.call<bigint>('page_to_phys', block.page)
  yield* w.call('phys_to_page', phys)
  const p = yield* w.call<Pointer>('phys_to_virt', phys)
  yield* w.call('virt_to_phys', p)
  yield* w.call('virt_to_page', w.at(p, w.dice.below(w.pageSize)))
  yield* w.call('virt_to_head_page', p)
}

function* flags(w: World): Steps<void> {
  const block = yield* single(w)
  if (block === null) return
  const name = w.dice.pick(['Reserved', 'Reserved', 'Reserved', 'Locked', 'Dirty', 'Uptodate', 'Private'])
  yield* w.call(`SetPage${name}`, block.page)
  yield* w.call(`Page${name}`, block.page)
  yield* w.call(`ClearPage${name}`, block.page)
}

/** References on pages that are free: refused. */
function* refused(w: World): Steps<void> {
  const page = yield* w.call<PageHandle | null>('alloc_page', gfp(w))
  if (page === null) return
  const folio = yield* w.call('page_folio', page)
  yield* w.call('__free_page', page)
  yield* w.call('folio_try_get', folio)
  yield* w.call('get_page_unless_zero', page)
  yield* w.call('try_get_page', page)
  yield* w.call('drain_all_pages')
}

/** Bytes of a page, through the linear map and through kmaps. */
function* bytes(w: World): Steps<void> {
  const { dice } = w
  if (w.pools.blocks.length === 0) return
  const block = dice.pick(w.pools.blocks)
  const page = yield* w.call<PageHandle>('nth_page', block.page, dice.below(2 ** block.order))
  const way = dice.below(3)
  if (way === 0) {
    const p = yield* w.call<Pointer>('kmap_local_page', page)
    const q = dice.oneIn(2) ? yield* w.call<Pointer>('kmap_local_page', block.page) : null
    w.method('write_u32', p, 4 * dice.below(w.pageSize / 4), dice.below(2 ** 31))
    w.method('read_u16', p, 2 * dice.below(w.pageSize / 2))
    if (q !== null) yield* w.call('kunmap_local', q)
    yield* w.call('kunmap_local', p)
  } else if (way === 1) {
    const p = yield* w.call<Pointer>('kmap', page)
    w.method('write_u8', p, dice.below(w.pageSize), dice.below(256))
    yield* w.call('kunmap', page)
  } else {
    const object = w.pools.objects.find(({ size }) => size >= 16)
    if (object === undefined) return
    const at = dice.below(w.pageSize - 16)
    yield* w.call('memcpy_to_page', page, at, object.p, 16)
    yield* w.call('memcpy_from_page', object.p, page, at, 16)
  }
}

export const PAGE_ACTIONS: readonly Action[] = [
  [23, allocate],
  [24, free],
  [20, reference],
  [20, put],
  [2, freeHeld],
  [3, split],
  [8, exact],
  [4, ask],
  [4, convert],
  [9, flags],
  [3, refused],
  [14, bytes],
]

/**
 * Links of lists: what list.h does to `next` and `prev`, one access a step.
 *
 * Kernel: include/linux/list.h at v6.12 (__list_add, __list_del, list_splice …).
 * Simplified: no CONFIG_DEBUG_LIST; a link of a static variable has an address but no bytes.
 */
import { describe } from './arguments.ts'
import { structSize, wordSize } from '../trace/abi.ts'
import { Op } from '../trace/ops.ts'
import { list_head, type LinkAccess } from './handles/list.ts'
import { Ptr } from './handles/pointer.ts'
import { embeddedAt, viewPointer, type FieldType } from './handles/struct-type.ts'
import type { Site, Surface } from './surface.ts'

/** CONFIG_ILLEGAL_POINTER_VALUE: where addresses begin that nothing maps; i386 has none. */
const ILLEGAL_POINTER = 0xdead_0000_0000_0000n
/** Where static variables lie: the kernel's data section; on i386 in the linear map, in frames that are reserved. */
const STATIC_DATA = 0xffff_ffff_8240_0000n
const STATIC_DATA_32 = 0xc008_0000n
const NEXT = 0

export class ListNodes implements LinkAccess {
  /** `list_head` as the type of a field. */
  readonly field: FieldType<list_head>
  /** sizeof(void *), and with it the offset of `prev`. */
  private readonly word: 4 | 8
  /** LIST_POISON1 and LIST_POISON2: `next` and `prev` of a link that was deleted. */
  private readonly poison: readonly [bigint, bigint]
  private readonly data: bigint
  /** Links that stand for plain objects, and the objects. */
  private readonly plain = new WeakMap<object, list_head>()
  private readonly storage = new WeakMap<list_head, object>()

  constructor(private readonly s: Surface) {
    const { info } = s.kernel
    this.word = wordSize(info)
    const illegal = this.word === 8 ? ILLEGAL_POINTER : 0n
    this.poison = [illegal + 0x100n, illegal + 0x122n]
    this.data = this.word === 8 ? STATIC_DATA : STATIC_DATA_32
    this.field = {
      c: 'struct list_head',
      size: structSize(info, 'struct list_head'),
      align: this.word,
      read: null,
      write: null,
      embed: (_access, at) => new list_head(this, at),
    }
  }

  site(): number {
    return this.s.control.site()
  }

  /** The link that an argument names: a `list_head`, a pointer to one, or a view that starts with one. */
  of(value: unknown): list_head {
    if (list_head.is(value)) return value
    const at = Ptr.is(value) ? value : viewPointer(value)
    if (at !== null) return embeddedAt(this.s.access, this.field, at)
    const plain = typeof value === 'object' && value !== null ? this.plain.get(value) : undefined
    if (plain !== undefined) return plain
    if (isPlain(value)) return this.variable(value)
    if (value === null || value === undefined)
      return embeddedAt(this.s.access, this.field, this.s.access.fromAddress(0n))
    throw new TypeError(
      `this call takes a list_head: a field of a struct(), LIST_HEAD(name) or a plain object; not ${describe(value)}`,
    )
  }

  /** A plain object is the storage of a link of a static variable, as in C: zeroes until something is written. */
  private variable(value: object): list_head {
    const link = new list_head(this)
    list_head.setLink(link, true, null)
    list_head.setLink(link, false, null)
    this.plain.set(value, link)
    this.storage.set(link, value)
    for (const name of ['next', 'prev'] as const)
      Object.defineProperty(value, name, { get: () => this.shown(link[name]), enumerable: true })
    return link
  }

  /** A link as the program knows it. */
  shown(link: list_head | null): list_head | null {
    return link === null ? null : ((this.storage.get(link) as list_head | undefined) ?? link)
  }

  /** The address of a link. */
  address(head: list_head): bigint {
    const place = list_head.place(head)
    return place === null ? this.data + BigInt(this.cell(head) * this.word) : place.addr
  }

  /** True if both are the same link, however they were come by. */
  same(x: list_head | null, y: list_head | null): boolean {
    return x === y || (x !== null && y !== null && this.address(x) === this.address(y))
  }

  /** A static variable takes two cells: `next` has the number, `prev` the one after it. */
  private cell(head: list_head): number {
    return list_head.cell(head, () => {
      const next = this.s.cells.id()
      this.s.cells.id()
      return next
    })
  }

  next(site: Site, head: list_head, marked = false): list_head | null {
    return this.load(site, head, NEXT, marked)
  }
  prev(site: Site, head: list_head, marked = false): list_head | null {
    return this.load(site, head, this.word, marked)
  }

  private load(site: Site, head: list_head, offset: number, marked: boolean): list_head | null {
    const place = list_head.place(head)
    if (place === null) {
      const value = list_head.link(head, offset === NEXT)
      this.s.cells.step(site, Op.cell_read, this.cell(head) + offset / this.word, this.bits(value), marked)
      return value
    }
    const { access } = this.s
    const at = place.add(offset)
    const phys = access.translate(at, 0)
    const bits = access.readWord(site, at)
    const stored = access.stored.get(phys)
    if (stored !== undefined && stored.bits === bits && list_head.is(stored.value)) return stored.value
    return this.at(bits)
  }

  /** The link at an address; null at 0. */
  private at(address: bigint): list_head | null {
    const { access } = this.s
    return address === 0n ? null : embeddedAt(access, this.field, access.fromAddress(address))
  }

  private store(site: Site, head: list_head | null, offset: number, to: list_head | bigint, marked = false): void {
    const { access, cells } = this.s
    const target = typeof to === 'bigint' ? null : to
    const bits = typeof to === 'bigint' ? to : this.address(to)
    if (head === null) return access.writeWord(site, null as unknown as Ptr, offset, bits)
    const place = list_head.place(head)
    if (place === null) {
      cells.step(site, Op.cell_write, this.cell(head) + offset / this.word, bits, marked)
      return list_head.setLink(head, offset === NEXT, target ?? this.at(bits))
    }
    const at = place.add(offset)
    const phys = access.translate(at, 0)
    access.writeWord(site, at, 0, bits)
    if (phys < 0) return
    if (target === null) access.stored.delete(phys)
    else access.stored.set(phys, { value: target, bits })
  }

  private bits(head: list_head | null): bigint {
    return head === null ? 0n : this.address(head)
  }

  /** INIT_LIST_HEAD. */
  init(site: Site, head: list_head): void {
    this.store(site, head, NEXT, head)
    this.store(site, head, this.word, head)
  }

  /** __list_add(): `link` goes between two neighbours. */
  insert(site: Site, link: list_head, prev: list_head | null, next: list_head | null): void {
    this.store(site, next, this.word, link)
    this.store(site, link, NEXT, next ?? 0n)
    this.store(site, link, this.word, prev ?? 0n)
    this.store(site, prev, NEXT, link)
  }

  /** list_add_rcu(): like `insert`, and readers see the link only when it is complete. */
  insertRcu(site: Site, link: list_head, prev: list_head | null, next: list_head | null): void {
    this.store(site, link, NEXT, next ?? 0n)
    this.store(site, link, this.word, prev ?? 0n)
    this.store(site, prev, NEXT, link, true)
    this.store(site, next, this.word, link)
  }

  /** __list_del(): its neighbours point at each other. */
  unlink(site: Site, link: list_head): void {
    const prev = this.prev(site, link)
    const next = this.next(site, link)
    this.store(site, next, this.word, prev ?? 0n)
    this.store(site, prev, NEXT, next ?? 0n, true)
  }

  /** list_del(): unlinked and poisoned; `list_del_rcu` leaves `next` for readers. */
  remove(site: Site, link: list_head, keepsNext = false): void {
    this.unlink(site, link)
    if (!keepsNext) this.store(site, link, NEXT, this.poison[0])
    this.store(site, link, this.word, this.poison[1])
  }

  removeInit(site: Site, link: list_head): void {
    this.unlink(site, link)
    this.init(site, link)
  }

  isEmpty(site: Site, head: list_head): boolean {
    return this.same(this.next(site, head), head)
  }

  /** Puts all of `list` behind `at`; `list` itself is not changed. */
  splice(site: Site, list: list_head, prev: list_head | null, next: list_head | null): void {
    const first = this.next(site, list)
    const last = this.prev(site, list)
    this.store(site, first, this.word, prev ?? 0n)
    this.store(site, prev, NEXT, first ?? 0n)
    this.store(site, last, NEXT, next ?? 0n)
    this.store(site, next, this.word, last ?? 0n)
  }

  /** list_replace(). */
  replace(site: Site, old: list_head, link: list_head): void {
    const next = this.next(site, old)
    this.store(site, link, NEXT, next ?? 0n)
    this.store(site, next, this.word, link)
    const prev = this.prev(site, old)
    this.store(site, link, this.word, prev ?? 0n)
    this.store(site, prev, NEXT, link)
  }
}

/** True for `{}`: an object of no class, which can be given fields. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || !Object.isExtensible(value)) return false
  const like: unknown = Object.getPrototypeOf(value)
  return (like === null || Object.getPrototypeOf(like) === null) && !('next' in value) && !('prev' in value)
}

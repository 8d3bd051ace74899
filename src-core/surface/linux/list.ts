/**
 * linux/list.h: doubly linked lists. Each function reads and writes the links in simulated memory as the kernel's
 * inline code does, so that a neighbour that was freed while linked is a use after free at the call that touches it.
 */
import { callUser, Driven, type Steps } from '../../sched/driven.ts'
import { list_head } from '../handles/list.ts'
import { offsetOf, viewPointer, type FieldSpec, type StructType, type View } from '../handles/struct-type.ts'
import type { Site, Surface } from '../surface.ts'

/** How a walk goes from one link to the next. */
interface Walk {
  readonly isReverse?: boolean
  readonly isSafe?: boolean
  readonly marked?: boolean
}

export function linuxList(s: Surface) {
  const { lists, access } = s

  function entryOf<F extends Record<string, FieldSpec>>(
    link: list_head,
    type: StructType<F>,
    member: keyof F,
  ): View<StructType<F>> {
    if (!list_head.is(link)) throw new TypeError('list_entry() takes a link of a list')
    const at = list_head.place(link)
    const offset = offsetOf(type, member)
    if (at === null)
      throw new TypeError(
        'this link lies in no struct: it is a head, the list is empty (list_first_entry_or_null says so)',
      )
    return access.view(at.sub(offset), type)
  }

  function* walk(site: Site, start: unknown, how: Walk, visit: (link: list_head) => unknown): Steps {
    const head = lists.of(start)
    const step = (link: list_head): list_head | null =>
      how.isReverse === true ? lists.prev(site, link) : lists.next(site, link, how.marked)
    let link = step(head)
    while (link !== null && !lists.same(link, head)) {
      const after = how.isSafe === true ? step(link) : null
      const result = yield* callUser(visit, [lists.shown(link)])
      if (result === false) return undefined
      yield
      link = how.isSafe === true ? after : step(link)
    }
    // A link that was zeroed: the walk reads through NULL.
    if (link === null) access.readWord(site, null as never)
    return undefined
  }

  function* entries<F extends Record<string, FieldSpec>>(
    site: Site,
    head: unknown,
    type: StructType<F>,
    member: keyof F,
    how: Walk,
    fn: (entry: View<StructType<F>>) => unknown,
  ): Steps {
    if (typeof fn !== 'function') throw new TypeError('this loop takes a head, a struct, its field and a function')
    const start = lists.of(head)
    const step = (link: list_head): list_head | null =>
      how.isReverse === true ? lists.prev(site, link) : lists.next(site, link, how.marked)
    let link = step(start)
    while (link !== null && !lists.same(link, start)) {
      const after = how.isSafe === true ? step(link) : null
      if ((yield* callUser(fn, [entryOf(link, type, member)])) === false) return undefined
      yield
      link = how.isSafe === true ? after : step(link)
    }
    if (link === null) access.readWord(site, null as never)
    return undefined
  }

  return {
    steps: {
      /** Makes a list head (or a link) that is linked to itself: an empty list. Returns it. */
      INIT_LIST_HEAD(site: Site, list: object): list_head {
        lists.init(site, lists.of(list))
        return list as list_head
      },
      /** Puts `link` behind `head`: first in the list. */
      list_add(site: Site, link: list_head, head: list_head): void {
        const at = lists.of(head)
        lists.insert(site, lists.of(link), at, lists.next(site, at))
      },
      /** Puts `link` before `head`: last in the list. */
      list_add_tail(site: Site, link: list_head, head: list_head): void {
        const at = lists.of(head)
        lists.insert(site, lists.of(link), lists.prev(site, at), at)
      },
      /** Takes a link off its list and poisons it: deleting it again is an access to an address that maps nothing. */
      list_del(site: Site, entry: list_head): void {
        lists.remove(site, lists.of(entry))
      },
      /** Takes a link off its list and makes it an empty list. */
      list_del_init(site: Site, entry: list_head): void {
        lists.removeInit(site, lists.of(entry))
      },
      /** Moves a link to the front of another list. */
      list_move(site: Site, list: list_head, head: list_head): void {
        const link = lists.of(list)
        const at = lists.of(head)
        lists.unlink(site, link)
        lists.insert(site, link, at, lists.next(site, at))
      },
      /** Moves a link to the end of another list. */
      list_move_tail(site: Site, list: list_head, head: list_head): void {
        const link = lists.of(list)
        const at = lists.of(head)
        lists.unlink(site, link)
        lists.insert(site, link, lists.prev(site, at), at)
      },
      /** Puts `link` in the place of `old`, which is left as it is. */
      list_replace(site: Site, old: list_head, link: list_head): void {
        lists.replace(site, lists.of(old), lists.of(link))
      },
      /** True if the list has no entries; true for a link that is on no list, if it was initialised. */
      list_empty(site: Site, head: list_head): boolean {
        return lists.isEmpty(site, lists.of(head))
      },
      /** True if the list has exactly one entry. */
      list_is_singular(site: Site, head: list_head): boolean {
        const at = lists.of(head)
        const next = lists.next(site, at)
        return !lists.same(next, at) && lists.same(next, lists.prev(site, at))
      },
      /** True if `list` is the first entry of `head`. */
      list_is_first(site: Site, list: list_head, head: list_head): boolean {
        return lists.same(lists.prev(site, lists.of(list)), lists.of(head))
      },
      /** True if `list` is the last entry of `head`. */
      list_is_last(site: Site, list: list_head, head: list_head): boolean {
        return lists.same(lists.next(site, lists.of(list)), lists.of(head))
      },
      /** Puts the entries of `list` at the front of `head`; `list` is stale afterwards. */
      list_splice(site: Site, list: list_head, head: list_head): void {
        const from = lists.of(list)
        const at = lists.of(head)
        if (!lists.isEmpty(site, from)) lists.splice(site, from, at, lists.next(site, at))
      },
      /** Puts the entries of `list` at the front of `head` and makes `list` empty. */
      list_splice_init(site: Site, list: list_head, head: list_head): void {
        const from = lists.of(list)
        const at = lists.of(head)
        if (lists.isEmpty(site, from)) return
        lists.splice(site, from, at, lists.next(site, at))
        lists.init(site, from)
      },
      /** Puts the entries of `list` at the end of `head` and makes `list` empty. */
      list_splice_tail_init(site: Site, list: list_head, head: list_head): void {
        const from = lists.of(list)
        const at = lists.of(head)
        if (lists.isEmpty(site, from)) return
        lists.splice(site, from, lists.prev(site, at), at)
        lists.init(site, from)
      },
      /** The first entry, as the struct it lies in. The list must not be empty. */
      list_first_entry<F extends Record<string, FieldSpec>>(
        site: Site,
        head: list_head,
        type: StructType<F>,
        member: keyof F,
      ): View<StructType<F>> {
        return entryOf(lists.next(site, lists.of(head)) as list_head, type, member)
      },
      /** The first entry, as the struct it lies in; null if the list is empty. */
      list_first_entry_or_null<F extends Record<string, FieldSpec>>(
        site: Site,
        head: list_head,
        type: StructType<F>,
        member: keyof F,
      ): View<StructType<F>> | null {
        const at = lists.of(head)
        const first = lists.next(site, at)
        return first === null || lists.same(first, at) ? null : entryOf(first, type, member)
      },
      /** The last entry, as the struct it lies in. The list must not be empty. */
      list_last_entry<F extends Record<string, FieldSpec>>(
        site: Site,
        head: list_head,
        type: StructType<F>,
        member: keyof F,
      ): View<StructType<F>> {
        return entryOf(lists.prev(site, lists.of(head)) as list_head, type, member)
      },
      /** Number of entries; walks the list. */
      list_count_nodes(site: Site, head: list_head): number {
        const at = lists.of(head)
        let count = 0
        for (let link = lists.next(site, at); link !== null && !lists.same(link, at); link = lists.next(site, link))
          count++
        return count
      },
      /** `list_add` for lists that RCU readers walk: a reader finds the link only when it is complete. */
      list_add_rcu(site: Site, link: list_head, head: list_head): void {
        const at = lists.of(head)
        lists.insertRcu(site, lists.of(link), at, lists.next(site, at))
      },
      /** `list_add_tail` for lists that RCU readers walk. */
      list_add_tail_rcu(site: Site, link: list_head, head: list_head): void {
        const at = lists.of(head)
        lists.insertRcu(site, lists.of(link), lists.prev(site, at), at)
      },
      /**
       * Takes a link off a list that RCU readers walk; a reader that stands on it can still go on. What it lies in may
       * be freed only after a grace period.
       */
      list_del_rcu(site: Site, entry: list_head): void {
        lists.remove(site, lists.of(entry), true)
      },
    },
    suspending: {
      /** Calls `fn(link)` for each link; the loop ends early if it returns false. */
      list_for_each(site: Site, head: list_head, fn: (link: list_head) => unknown): void {
        return new Driven(walk(site, head, {}, fn)) as unknown as void
      },
      /** `list_for_each` whose function may take the link off the list. */
      list_for_each_safe(site: Site, head: list_head, fn: (link: list_head) => unknown): void {
        return new Driven(walk(site, head, { isSafe: true }, fn)) as unknown as void
      },
      /**
       * Calls `fn(entry)` for each struct on the list: `list_for_each_entry(head, Item, 'node', (item) => …)`. The loop
       * ends early if it returns false. It may not take the entry off the list.
       */
      list_for_each_entry<F extends Record<string, FieldSpec>>(
        site: Site,
        head: list_head,
        type: StructType<F>,
        member: keyof F,
        fn: (entry: View<StructType<F>>) => unknown,
      ): void {
        return new Driven(entries(site, head, type, member, {}, fn)) as unknown as void
      },
      /** `list_for_each_entry` whose function may take the entry off the list and free it. */
      list_for_each_entry_safe<F extends Record<string, FieldSpec>>(
        site: Site,
        head: list_head,
        type: StructType<F>,
        member: keyof F,
        fn: (entry: View<StructType<F>>) => unknown,
      ): void {
        return new Driven(entries(site, head, type, member, { isSafe: true }, fn)) as unknown as void
      },
      /** `list_for_each_entry` from the last to the first. */
      list_for_each_entry_reverse<F extends Record<string, FieldSpec>>(
        site: Site,
        head: list_head,
        type: StructType<F>,
        member: keyof F,
        fn: (entry: View<StructType<F>>) => unknown,
      ): void {
        return new Driven(entries(site, head, type, member, { isReverse: true }, fn)) as unknown as void
      },
      /** `list_for_each_entry` for RCU readers: inside rcu_read_lock(), while writers add and delete. */
      list_for_each_entry_rcu<F extends Record<string, FieldSpec>>(
        site: Site,
        head: list_head,
        type: StructType<F>,
        member: keyof F,
        fn: (entry: View<StructType<F>>) => unknown,
      ): void {
        return new Driven(entries(site, head, type, member, { marked: true }, fn)) as unknown as void
      },
    },
    pure: {
      /** A static list head, empty: `const items = LIST_HEAD('items')`. */
      LIST_HEAD(name: string): list_head {
        void name
        return new list_head(lists)
      },
      /** The struct that a link lies in (`container_of`). No step. */
      list_entry<F extends Record<string, FieldSpec>>(
        link: list_head,
        type: StructType<F>,
        member: keyof F,
      ): View<StructType<F>> {
        const at = viewPointer(link)
        return at === null ? entryOf(lists.of(link), type, member) : access.view(at.sub(offsetOf(type, member)), type)
      },
    },
    values: {
      /** Field type and storage of a link: `struct('item', { node: list_head })`, `new list_head()`. */
      list_head: list_head as new () => list_head,
    },
  }
}

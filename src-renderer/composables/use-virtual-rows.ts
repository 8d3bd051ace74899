/**
 * Rows of a list that is too long to be drawn whole: those on screen and a few around them are known, the others are
 * asked for when the person scrolls there. All rows have one height.
 */
import { computed, shallowRef, watch, type Ref } from 'vue'

const PAGE = 100
const AROUND = 12

/** A slice of a long list. */
export interface Slice<Row> {
  readonly rows: readonly Row[]
  readonly total: number
}

/**
 * `load` answers rows [from, from + count); `key` changes when the list is another one. `rowHeight` in pixels.
 */
export function useVirtualRows<Row>(
  load: (from: number, count: number) => Promise<Slice<Row> | null>,
  key: Ref<string>,
  rowHeight: number,
) {
  const total = shallowRef(0)
  const top = shallowRef(0)
  const height = shallowRef(rowHeight * AROUND)
  const pages = shallowRef<ReadonlyMap<number, readonly Row[]>>(new Map())
  const asked = new Set<number>()

  const first = computed(() => Math.max(0, Math.floor(top.value / rowHeight) - AROUND))
  const last = computed(() => Math.min(total.value, Math.ceil((top.value + height.value) / rowHeight) + AROUND))
  /** What is to be drawn: index and row; null while it is on its way. */
  const visible = computed(() => {
    const out: { readonly index: number; readonly row: Row | null }[] = []
    for (let index = first.value; index < last.value; index++) {
      out.push({ index, row: pages.value.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null })
    }
    return out
  })

  async function fetch(page: number): Promise<void> {
    if (asked.has(page)) return
    asked.add(page)
    const of = key.value
    const slice = await load(page * PAGE, PAGE)
    if (of !== key.value) return
    if (slice === null) {
      asked.delete(page)
      return
    }
    total.value = slice.total
    pages.value = new Map(pages.value).set(page, slice.rows)
  }
  watch(
    [first, last],
    ([from, to]) => {
      for (let page = Math.floor(from / PAGE); page * PAGE < to; page++) void fetch(page)
    },
    { flush: 'post' },
  )
  watch(
    key,
    () => {
      asked.clear()
      pages.value = new Map()
      total.value = 0
      void fetch(0)
    },
    { immediate: true },
  )

  /** The scroll position or the size changed. */
  function scrolled(element: HTMLElement): void {
    top.value = element.scrollTop
    height.value = element.clientHeight
  }
  return { total, visible, scrolled }
}

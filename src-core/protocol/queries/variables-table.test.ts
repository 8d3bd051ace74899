/** What each variable is after each line of small programs. `line → name state …`, for lines that change something. */
import { describe, expect, it } from 'vitest'
import { liveRun } from '../testing/live-run.ts'
import { RunView } from './run-view.ts'
import { variables } from './variables.ts'

interface Case {
  readonly name: string
  readonly linux: string
  readonly other?: string
  /** Statements, and what the variables are after each. */
  readonly lines: readonly (readonly [line: string, after: string])[]
}

const CASES: readonly Case[] = [
  {
    name: 'pointers into an object, freed and used again',
    linux: 'kmalloc, kfree, GFP_KERNEL, virt_to_page, page_to_virt, virt_to_phys, phys_to_virt',
    lines: [
      ['const a = kmalloc(256, GFP_KERNEL)!', 'a owner'],
      ['const v = page_to_virt(virt_to_page(a))', 'a owner, v borrowed'],
      ['const w = phys_to_virt(virt_to_phys(a))', 'a owner, v borrowed, w borrowed'],
      ['kfree(a)', 'a freed, v freed, w freed'],
      ['const c = kmalloc(256, GFP_KERNEL)!', 'a freed, v freed, w freed, c owner'],
      ['kfree(c)', 'a freed, v freed, w freed, c freed'],
    ],
  },
  {
    name: 'an object of a cache',
    linux:
      'kmem_cache_create, kmem_cache_alloc, kmem_cache_free, kmem_cache_destroy, ' +
      'GFP_KERNEL, virt_to_page, page_address',
    lines: [
      ["const c = kmem_cache_create('c', 128, 0, 0, null)!", 'c owner'],
      ['const o = kmem_cache_alloc(c, GFP_KERNEL)!', 'c owner, o owner'],
      ['const v = page_address(virt_to_page(o))!', 'c owner, o owner, v borrowed'],
      ['kmem_cache_free(c, o)', 'c owner, o freed, v freed'],
      ['kmem_cache_destroy(c)', 'c freed, o freed, v freed'],
    ],
  },
  {
    name: 'an object of several pages',
    linux: 'kmalloc, kfree, GFP_KERNEL, virt_to_page, page_address, page_folio',
    lines: [
      ['const a = kmalloc(16384, GFP_KERNEL)!', 'a owner'],
      ['const page = virt_to_page(a.add(5000))', 'a owner, page borrowed'],
      ['const v = page_address(page)!', 'a owner, page borrowed, v borrowed'],
      ['const f = page_folio(page)', 'a owner, page borrowed, v borrowed, f borrowed'],
      ['kfree(a)', 'a freed, page freed, v freed, f freed'],
    ],
  },
  {
    name: 'krealloc() that moves, and one that does not',
    linux: 'kmalloc, kfree, krealloc, GFP_KERNEL',
    lines: [
      ['const a = kmalloc(50, GFP_KERNEL)!', 'a owner'],
      ['const b = krealloc(a, 60, GFP_KERNEL)!', 'a moved, b owner'],
      ['const c = krealloc(b, 4096, GFP_KERNEL)!', 'a freed, b freed, c owner'],
      ['kfree(c)', 'a freed, b freed, c freed'],
    ],
  },
  {
    name: 'an object that waits for a grace period',
    linux: 'kmalloc, kfree_rcu, kvfree_rcu_barrier, GFP_KERNEL',
    lines: [
      ['const a = kmalloc(64, GFP_KERNEL)!', 'a owner'],
      ['kfree_rcu(a)', 'a moved'],
      ['kvfree_rcu_barrier()', 'a freed'],
    ],
  },
  {
    name: 'kmap()ed pages: the address ends with the mapping',
    linux: 'alloc_page, __free_page, kmap, kunmap, kmap_local_page, kunmap_local, GFP_KERNEL',
    lines: [
      ['const p = alloc_page(GFP_KERNEL)!', 'p owner'],
      ['const k = kmap_local_page(p)', 'p owner, k borrowed'],
      ['const l = kmap(p)', 'p owner, k borrowed, l borrowed'],
      ['kunmap_local(k)', 'p owner, k freed, l borrowed'],
      ['kunmap(p)', 'p owner, k freed, l freed'],
      ['__free_page(p)', 'p freed, k freed, l freed'],
    ],
  },
  {
    name: 'a mapped slab page: the address ends with the only object there',
    linux: 'kmalloc, kfree, virt_to_page, kmap_local_page, kunmap_local, GFP_KERNEL',
    lines: [
      ['const a = kmalloc(256, GFP_KERNEL)!', 'a owner'],
      ['const k = kmap_local_page(virt_to_page(a))', 'a owner, k borrowed'],
      ['kfree(a)', 'a freed, k freed'],
      ['kunmap_local(k)', 'a freed, k freed'],
    ],
  },
  {
    name: 'a page that a reference keeps is no longer its owner’s',
    linux: 'alloc_page, __free_page, get_page, put_page, page_address, GFP_KERNEL',
    lines: [
      ['const p = alloc_page(GFP_KERNEL)!', 'p owner'],
      ['const v = page_address(p)!', 'p owner, v borrowed'],
      ['get_page(p)', 'p owner, v borrowed'],
      ['__free_page(p)', 'p moved, v borrowed'],
      ['put_page(p)', 'p freed, v freed'],
    ],
  },
  {
    name: 'truths, counts and errors are no memory',
    linux:
      'alloc_page, __free_page, try_get_page, put_page, alloc_pages_bulk_array, sg_alloc_table, ' +
      'sg_free_table, GFP_KERNEL',
    lines: [
      ['const p = alloc_page(GFP_KERNEL)!', 'p owner'],
      ['const ok = try_get_page(p)', 'p owner'],
      ['put_page(p)', 'p owner'],
      ['const table = {} as never', 'p owner'],
      ['const error = sg_alloc_table(table, 2, GFP_KERNEL)', 'p owner'],
      ['sg_free_table(table)', 'p owner'],
      ['const list: never[] = []', 'p owner'],
      ['const n = alloc_pages_bulk_array(GFP_KERNEL, 2, list)', 'p owner'],
      ['__free_page(list[0]!)', 'p owner'],
      ['__free_page(list[1]!)', 'p owner'],
      ['__free_page(p)', 'p freed'],
    ],
  },
  {
    name: 'tails of a compound page',
    linux: 'alloc_pages, __free_pages, __GFP_COMP, GFP_KERNEL, nth_page, compound_head, page_address, page_folio',
    lines: [
      ['const p = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!', 'p owner'],
      ['const t = nth_page(p, 3)', 'p owner, t borrowed'],
      ['const h = compound_head(t)', 'p owner, t borrowed, h borrowed'],
      ['const v = page_address(t)!', 'p owner, t borrowed, h borrowed, v borrowed'],
      ['const f = page_folio(t)', 'p owner, t borrowed, h borrowed, v borrowed, f borrowed'],
      ['__free_pages(p, 2)', 'p freed, t freed, h freed, v freed, f freed'],
    ],
  },
  {
    name: 'pages of a block that is split live and end on their own',
    linux: 'alloc_pages, __free_page, GFP_KERNEL, nth_page, page_address, split_page',
    lines: [
      ['const p = alloc_pages(GFP_KERNEL, 1)!', 'p owner'],
      ['const t = nth_page(p, 1)', 'p owner, t borrowed'],
      ['const v = page_address(t)!', 'p owner, t borrowed, v borrowed'],
      ['const w = page_address(p)!', 'p owner, t borrowed, v borrowed, w borrowed'],
      ['split_page(p, 1)', 'p owner, t borrowed, v borrowed, w borrowed'],
      ['__free_page(p)', 'p freed, t borrowed, v borrowed, w freed'],
      ['__free_page(t)', 'p freed, t freed, v freed, w freed'],
    ],
  },
  {
    name: 'pages and pointers of a vmalloc area',
    linux: 'vmalloc, vfree, vmalloc_to_page, page_address',
    lines: [
      ['const a = vmalloc(8192)!', 'a owner'],
      ['const page = vmalloc_to_page(a.add(4096))!', 'a owner, page borrowed'],
      ['const v = page_address(page)!', 'a owner, page borrowed, v borrowed'],
      ['vfree(a)', 'a freed, page freed, v freed'],
      ['const b = vmalloc(8192)!', 'a freed, page freed, v freed, b owner'],
      ['vfree(b)', 'a freed, page freed, v freed, b freed'],
    ],
  },
  {
    name: 'a page that is mapped with vmap() outlives the area',
    linux: 'alloc_page, __free_page, vmap, vunmap, vmalloc_to_page, VM_MAP, PAGE_KERNEL, GFP_KERNEL',
    lines: [
      ['const p = alloc_page(GFP_KERNEL)!', 'p owner'],
      ['const m = vmap([p], 1, VM_MAP, PAGE_KERNEL)!', 'p owner, m owner'],
      ['const page = vmalloc_to_page(m)!', 'p owner, m owner, page borrowed'],
      ['vunmap(m)', 'p owner, m freed, page borrowed'],
      ['__free_page(p)', 'p freed, m freed, page freed'],
    ],
  },
  {
    name: 'DMA addresses end with the mapping, coherent memory with its free',
    linux:
      'kmalloc, kfree, dma_alloc_coherent, dma_free_coherent, dma_map_single, dma_mapping_error, dma_unmap_single, ' +
      'DMA_TO_DEVICE, GFP_KERNEL',
    other: "import { device } from 'sim'",
    lines: [
      ["const d = device('d')", ''],
      ['const h: bigint[] = []', ''],
      ['const c = dma_alloc_coherent(d, 4096, h, GFP_KERNEL)!', 'c owner'],
      ['const a = kmalloc(256, GFP_KERNEL)!', 'c owner, a owner'],
      ['const m = dma_map_single(d, a, 256, DMA_TO_DEVICE)', 'c owner, a owner, m borrowed'],
      ['dma_mapping_error(d, m)', 'c owner, a owner, m borrowed'],
      ['dma_unmap_single(d, m, 256, DMA_TO_DEVICE)', 'c owner, a owner, m freed'],
      ['dma_free_coherent(d, 4096, c, h[0]!)', 'c freed, a owner, m freed'],
      ['kfree(a)', 'c freed, a freed, m freed'],
    ],
  },
  {
    name: 'pages and pointers of scatterlist entries',
    linux: 'kmalloc, kfree, virt_to_page, sg_init_table, sg_set_buf, sg_page, sg_virt, GFP_KERNEL, scatterlist',
    lines: [
      ['const a = kmalloc(256, GFP_KERNEL)!', 'a owner'],
      ['const list = [{} as scatterlist]', 'a owner'],
      ['sg_init_table(list, 1)', 'a owner'],
      ['sg_set_buf(list[0]!, a, 256)', 'a owner'],
      ['const page = sg_page(list[0]!)', 'a owner, page borrowed'],
      ['const v = sg_virt(list[0]!)', 'a owner, page borrowed, v borrowed'],
      // The page is still the cache's.
      ['kfree(a)', 'a freed, page borrowed, v freed'],
    ],
  },
  {
    name: 'a variable that is null in a later round has no badge',
    linux: 'kmalloc, kfree, GFP_KERNEL',
    other: "import { fail_next } from 'sim'",
    lines: [
      ['let kept = null', ''],
      ['function round() { const a = kmalloc(64, GFP_KERNEL); return a }', ''],
      ['kept = round()!', 'a owner'],
      ["fail_next('kmalloc')", 'a owner'],
      ['round()', ''],
      ['kfree(kept)', ''],
    ],
  },
]

/** The variables after each line: those of the last step that the line, or what it calls, made. */
function states({ linux, other = '', lines }: Case): string[] {
  const body = lines.map(([line]) => `${line};pr_warn('')`).join('\n')
  const view = new RunView(liveRun(`import { ${linux}, pr_warn } from 'linux'\n${other}\n${body}\n`))
  const marks: number[] = []
  for (let at = 1; at <= view.steps; at++) {
    const { chunk, row } = view.store.place(at)
    if (view.run.program.sites[chunk.ops.site[row] ?? 0]?.callee === 'pr_warn') marks.push(at)
  }
  return marks.map((step) =>
    variables(view, { run: 1, step })
      .rows.map(({ name, state }) => `${name} ${state}`)
      .join(', '),
  )
}

describe('what each variable is after each line', () => {
  it.each(CASES.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    const found = states(each)
    expect(each.lines.map(([line], i) => [line, found[i]])).toEqual(each.lines)
  })
})

import { describe, expect, it } from 'vitest'
import { SURFACE_INDEX } from '../../surface/generated/index.ts'
import { checkOwnership } from './check.ts'
import type { StaticFinding } from './finding.ts'

const IMPORTS = `import { __free_page, alloc_page, alloc_pages_bulk_array, get_page, get_random_u32,
  GFP_ATOMIC, GFP_KERNEL,
  kfree, kmalloc, kthread_run,
  kthread_stop, kmap_local_page, kunmap_local, kzalloc, put_page, sizeof, struct, u32,
  DEFINE_SPINLOCK, spin_lock, spin_unlock, vfree, vmalloc, pr_info, type page, type Ptr } from 'linux'
import { drop, Owned, KBox } from 'kernel'
`
const FIRST = IMPORTS.split('\n').length

function check(text: string, era = 'v6.12'): StaticFinding[] {
  return checkOwnership('driver.ts', [{ path: 'driver.ts', text: IMPORTS + text }], SURFACE_INDEX, { era })
}

/** `severity code line` of each finding; the first line of the text is 1. */
function told(text: string, era?: string): string[] {
  return check(text, era).map(({ severity, code, at }) => `${severity} ${code} ${at.line - FIRST + 1}`)
}

describe('checkOwnership', () => {
  it('takes a throw behind a condition that the text does not tell for a precondition', () => {
    expect(told(`if (get_random_u32() === 1) throw new Error('no')`)).toEqual([])
    expect(told(`throw new Error('no')`)).toEqual(['error uncaught-exception 1'])
  })

  it('goes round a loop over unknown numbers as often each time', () => {
    const text = `const order_of = (size: number): number => {
  let order = 0
  while (4096 << order < size) order++
  return order
}
const size = Math.ceil(get_random_u32() / 4096) * 4096
const pages = alloc_pages(GFP_KERNEL, order_of(size))
if (pages !== null) __free_pages(pages, order_of(size))`
    expect(told(`import { alloc_pages, __free_pages } from 'linux'\n${text}`)).toEqual([])
  })

  it('counts on the atomic that two tasks take turns with', () => {
    const text = `const p = kzalloc(96, GFP_KERNEL)!
const linked = atomic_t(1)
const remove = () => { if (atomic_xchg(linked, 0) === 1) kfree(p) }
const task = kthread_run(remove, 'remover')
remove()
kthread_stop(task)`
    expect(told(`import { atomic_t, atomic_xchg } from 'linux'\n${text}`)).toEqual([])
  })

  it('knows that what is taken out of reach under a lock is no more shared', () => {
    const text = (take: string): string => `const box: { p: Ptr | null } = { p: kzalloc(8, GFP_KERNEL) }
const lock = DEFINE_SPINLOCK()
const task = kthread_run(() => {
  spin_lock(lock)
  if (box.p !== null) box.p.write_u8(0, 1)
  spin_unlock(lock)
}, 'writer')
${take}`
    const fixed = `spin_lock(lock)
const mine = box.p
box.p = null
spin_unlock(lock)
if (mine !== null) mine.write_u8(0, 2)
kthread_stop(task)
kfree(mine)`
    expect(told(text(fixed))).toEqual([])
    const broken = `const mine = box.p
if (mine !== null) mine.write_u8(0, 2)
kthread_stop(task)
kfree(mine)`
    expect(told(text(broken))).toContain('warning data-race 9')
  })

  it('follows both branches of a condition that the text does not tell', () => {
    const text = `const p = kmalloc(8, GFP_KERNEL)!
if (get_random_u32() === 1) kfree(p)
p.write_u8(0, 1)
kfree(p)`
    expect(told(text)).toEqual(['error slab-use-after-free 3'])
  })

  it('names memory by its variable, not by the method that made a struct of it', () => {
    const text = `const Foo = struct('foo', { n: u32 })
const foo = kzalloc(sizeof(Foo), GFP_KERNEL)!.as(Foo)
foo.n = 1`
    expect(check(text).map(({ message }) => message)).toEqual(['`foo` is never freed on this path'])
  })

  it('works out nothing large: what a stranger writes may not keep it busy', () => {
    const text = `let x = 3n ** (2n ** 22n)
let text = 'ab'
for (let i = 0; i < 40; i++) { x *= x; text += text; text = \`\${text}\${text}\` }
if (x > 2n ** (2n ** 28n) || 1n << (1n << 40n) > 0n || 'x'.padStart(2 ** 29).length > 1) pr_info(text.repeat(4000))
const p = kmalloc(8, GFP_KERNEL)!
kfree(p)
kfree(p)`
    const started = performance.now()
    expect(told(text)).toEqual(['error slab-double-free 7'])
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  it('decides a condition once on a path', () => {
    const text = `const p = kmalloc(8, GFP_KERNEL)!
const big = get_random_u32() === 1
if (big) kfree(p)
if (!big) kfree(p)`
    expect(told(text)).toEqual([])
  })

  it('sees the failure of each allocation, and what the early return forgets', () => {
    const text = `function probe(): number {
  const a = kmalloc(8, GFP_KERNEL)
  if (a === null) return -12
  const b = vmalloc(4096)
  if (b === null) return -12
  vfree(b)
  kfree(a)
  return 0
}
probe()`
    expect(told(text)).toEqual(['error memory-leak 2'])
  })

  it('fills a list of pages, and says which call they come from', () => {
    const bulk = `const pages: (page | null)[] = [null, null, null]
const n = alloc_pages_bulk_array(GFP_KERNEL, 3, pages)
`
    expect(told(`${bulk}for (let i = 0; i < n; i++) __free_page(pages[i]!)`)).toEqual([])
    const [leak] = check(`${bulk}for (let i = 0; i + 1 < n; i++) __free_page(pages[i]!)`)
    expect(leak).toMatchObject({ code: 'page-leak', severity: 'error' })
    expect(leak?.message).toContain('a page of `alloc_pages_bulk_array()`')
  })

  it('enters helpers with the arguments they have, and closures where they are called', () => {
    const text = `const later: (() => void)[] = []
function give(p: Ptr): void { later.push(() => kfree(p)) }
const a = kmalloc(8, GFP_KERNEL)!
give(a)
give(a)
later.forEach((run) => run())`
    expect(told(text)).toEqual(['error slab-double-free 2'])
  })

  it('looks at functions that nobody calls, with arguments of their declared types', () => {
    const text = `export function close(p: Ptr, twice: boolean): void {
  kfree(p)
  if (twice) kfree(p)
}
export function make(): Ptr | null { return kmalloc(8, GFP_KERNEL) }`
    expect(told(text)).toEqual(['warning slab-double-free 3'])
  })

  it('says error for what is definite and warning for what two unknown conditions imply', () => {
    const text = `const p = kmalloc(8, GFP_KERNEL)!
if (get_random_u32() > 3) kfree(p)
else if (get_random_u32() > 3) kfree(p)
kfree(p)`
    expect(told(text)).toEqual(['error slab-double-free 4'])
    const tangled = `const p = kmalloc(8, GFP_KERNEL)!
const q = kmalloc(8, GFP_KERNEL)!
if (get_random_u32() > 3) kfree(p)
if (get_random_u32() < 2) kfree(p)
kfree(q)`
    expect(told(tangled)).toContain('warning slab-double-free 4')
  })

  it('runs threads later and at once', () => {
    const text = `const p = kmalloc(8, GFP_KERNEL)!
const t = kthread_run(() => { p.read_u8(0) }, 'reader')
kfree(p)
kthread_stop(t)`
    expect(told(text)).toContain('error slab-use-after-free 2')
    const joined = `const p = kmalloc(8, GFP_KERNEL)!
const t = kthread_run(() => { p.read_u8(0) }, 'reader')
kthread_stop(t)
kfree(p)`
    expect(told(joined)).toEqual([])
  })

  it('knows that module_init() runs when the top level has ended, and that a load that fails is not unloaded', () => {
    const text = (init: string): string => `import { module_init, module_exit, kmem_cache_create, kmem_cache_alloc,
kmem_cache_free, kmem_cache_destroy } from 'linux'
let cache: any = null
module_init(() => {
  cache = kmem_cache_create('lab', 64, 0, 0, null)
  if (cache === null) return -12
  const p = kmem_cache_alloc(cache, GFP_KERNEL)
  if (p === null) { ${init}; return -12 }
  kmem_cache_free(cache, p)
  return 0
})
module_exit(() => kmem_cache_destroy(cache))`
    expect(told(text('kmem_cache_destroy(cache)'))).toEqual([])
    const after = `import { module_init, module_exit } from 'linux'
module_init(() => { kfree(box); return 0 })
const box = kzalloc(8, GFP_KERNEL)`
    expect(told(after)).toEqual([])
    const lost = `import { module_init, module_exit } from 'linux'
let a: Ptr | null = null
module_init(() => {
  a = kzalloc(8, GFP_KERNEL)
  if (a === null) return -12
  const b = kzalloc(8, GFP_KERNEL)
  if (b === null) return -12
  kfree(b)
  return 0
})
module_exit(() => kfree(a))`
    expect(told(lost)).toEqual(['error memory-leak 4'])
  })

  it('takes a struct in memory for the pointer to it', () => {
    const text = (free: string): string => `import { kfree_rcu, rcu_head } from 'linux'
const Foo = struct('foo', { n: u32, rcu: rcu_head })
const foo: any = kzalloc(sizeof(Foo), GFP_KERNEL)!.as(Foo)
${free}`
    expect(told(text("kfree_rcu(foo, 'rcu')"))).toEqual([])
    expect(told(text('kfree(foo)'))).toEqual([])
    expect(told(text('kfree(foo)\nfoo.n = 1'))).toEqual(['error slab-use-after-free 5'])
  })

  it('knows that coherent memory is freed by its handle', () => {
    const text = (end: string): string => `import { dma_alloc_coherent, dma_free_coherent } from 'linux'
import { device } from 'sim'
const dev = device('lab')
const x: bigint[] = [], y: bigint[] = []
const a = dma_alloc_coherent(dev, 4096, x, GFP_KERNEL)!
${end}`
    const codes = (text: string): string[] => told(text).map((line) => line.split(' ')[1]!)
    const other = 'const b = dma_alloc_coherent(dev, 4096, y, GFP_KERNEL)!\ndma_free_coherent(dev, 4096, b, x[0]!)\n'
    expect(codes(text(`${other}dma_free_coherent(dev, 4096, b, y[0]!)`))).toEqual(['coherent-misuse'])
    expect(codes(text(`${other}dma_free_coherent(dev, 4096, a, y[0]!)`))).toEqual([
      'coherent-misuse',
      'coherent-misuse',
    ])
    expect(codes(text(other)).sort()).toEqual(['coherent-misuse', 'memory-leak'])
    const plain = 'const b = kmalloc(4096, GFP_KERNEL)!\ndma_free_coherent(dev, 4096, b, x[0]!)\nkfree(b)'
    expect(codes(text(plain))).toEqual(['coherent-misuse'])
  })

  it('knows that rmmod runs when every task has ended, and that flush_work() waits', () => {
    const text = (end: string): string => `import { INIT_WORK, schedule_work, flush_work, work_struct } from 'linux'
import { module_exit } from 'linux'
const p = kzalloc(8, GFP_KERNEL)!
const work = INIT_WORK(new work_struct(), () => p.write_u8(0, 1))
schedule_work(work)
${end}`
    const free = 'module_exit(() => kfree(p))'
    expect(told(text(`module_exit(() => { p.write_u8(0, 2); kfree(p) })`))).toEqual([])
    expect(told(text(`flush_work(work)\np.write_u8(0, 2)\n${free}`))).toEqual([])
    expect(told(text(`p.write_u8(0, 2)\n${free}`))).toEqual(['warning data-race 4'])
  })

  it('says nothing of a free page that is refused, if somebody looks at the result', () => {
    const text = (insert: string): string => `import { misc_register, vm_insert_page } from 'linux'
import { spawn, open, mmap, PROT_READ, MAP_SHARED, O_RDWR } from 'user'
const p = alloc_page(GFP_KERNEL)!
__free_page(p)
misc_register({ name: 'd', fops: { mmap(_file, vma) { ${insert} } } })
spawn('app', () => { mmap(null, 4096, PROT_READ, MAP_SHARED, open('/dev/d', O_RDWR), 0) })`
    expect(told(text('return vm_insert_page(vma, vma.vm_start, p)'))).toEqual([])
    expect(told(text('vm_insert_page(vma, vma.vm_start, p); return 0'))).toEqual(['error insert-page-misuse 5'])
  })

  it('takes what a shrinker skips for somebody else to free', () => {
    const text = (skip: string): string => `import { list_head, list_lru, list_lru_add, list_lru_init, list_lru_walk,
  list_lru_isolate, container_of, spinlock_t, spin_lock_init, spin_trylock, LRU_REMOVED, LRU_SKIP } from 'linux'
const Item = struct('item', { lock: spinlock_t, lru: list_head })
const lru = new list_lru()
list_lru_init(lru)
const item = kzalloc(sizeof(Item), GFP_KERNEL)!.as(Item)
spin_lock_init(item.lock)
list_lru_add(lru, item.lru)
list_lru_walk(lru, (node, list) => {
  const one = container_of(node, Item, 'lru')
  ${skip}
  list_lru_isolate(list, node)
  spin_unlock(one.lock)
  kfree(one.ptr)
  return LRU_REMOVED
}, null, 10)`
    expect(told(text('if (!spin_trylock(one.lock)) return LRU_SKIP'))).toEqual([])
    expect(told(text('if (one !== null) return LRU_SKIP'))).toEqual(['error memory-leak 6'])
  })

  it('works out the arithmetic macros, and takes the same unknown for the same order', () => {
    const text = (free: string): string => `import { alloc_pages, __free_pages, get_order, PAGE_ALIGN } from 'linux'
const size = PAGE_ALIGN(get_random_u32() === 0 ? 5000 : 5001)
const a = alloc_pages(GFP_KERNEL, get_order(size))
if (a !== null) __free_pages(a, 1)
const any = get_random_u32()
const b = alloc_pages(GFP_KERNEL, get_order(any))
if (b !== null) __free_pages(b, ${free})`
    expect(told(text('get_order(any)'))).toEqual([])
    const wrong = text('1').replace('__free_pages(a, 1)', '__free_pages(a, get_order(size + 4096))')
    expect(told(wrong)).toContain('error wrong-order-free 4')
  })

  it('knows a list_lru in a plain object, and one that the text does not tell', () => {
    const text = (lru: string): string => `import { list_head, list_lru_add, list_lru_del, list_lru_init } from 'linux'
const Item = struct('item', { lru: list_head })
const use = (lru: any) => {
  const item = kzalloc(sizeof(Item), GFP_KERNEL)
  if (item === null) return
  const { lru: link } = item.as(Item)
  list_lru_add(lru, link)
  list_lru_del(lru, link)
  kfree(item)
}
const plain: any = {}
list_lru_init(plain)
const all = new Map<number, any>()
use(${lru})`
    expect(told(text('plain'))).toEqual([])
    expect(told(text('all.get(get_random_u32())'))).toEqual([])
    expect(told(text('plain').replace('  list_lru_del(lru, link)\n', ''))).toEqual(['error lru-state-mismatch 8'])
  })

  it('finds calls that may sleep under a spinlock', () => {
    const text = `const lock = DEFINE_SPINLOCK('lock')
spin_lock(lock)
const p = kmalloc(8, GFP_KERNEL)!
const q = kmalloc(8, GFP_ATOMIC)!
spin_unlock(lock)
kfree(p)
kfree(q)`
    expect(told(text)).toEqual(['error sleep-in-atomic 3'])
  })

  it('knows what the era says of reference counts', () => {
    const text = `const p = alloc_page(GFP_KERNEL)!
get_page(p)
put_page(p)
__free_page(p)`
    expect(told(text, 'v6.12')).toEqual([])
    expect(told(text, 'memdesc')).toEqual(['error memdesc-breaks-tomorrow 2'])
  })

  it('finds an owner that is never dropped, and offers `using`', () => {
    const [finding] = check('const box = KBox.new(7, GFP_KERNEL)\nbox.value = 8')
    expect(finding).toMatchObject({ code: 'memory-leak', severity: 'error' })
    expect(finding?.fix?.edits).toEqual([
      {
        at: { file: 'driver.ts', line: FIRST, column: 1, endLine: FIRST, endColumn: 6 },
        text: 'using',
      },
    ])
    expect(told('using box = KBox.new(7, GFP_KERNEL)\nbox.value = 8')).toEqual([])
  })

  it('does not miss an owner that lies in a table under a key that the text does not tell', () => {
    const text = `const all = new Map<bigint, KBox<number>>()
function init(): bigint {
  const box = KBox.new(7, GFP_KERNEL)
  const { addr } = box.as_ptr()!
  all.set(addr, box)
  return addr
}
const box = all.get(init())!
drop(box)`
    expect(told(text)).toEqual([])
    expect(told(text.replace('drop(box)', ''))).toEqual(['error memory-leak 3'])
  })

  it('finds the use of a name whose owner was moved away', () => {
    const text = `class Ring { static release(self: Ring): void { pr_info('gone') } size = 1 }
const ring = Owned.from_raw(new Ring())
const other = ring
pr_info(String(ring.size))
drop(other)`
    expect(told(text)).toEqual(['error use-after-move 4'])
  })

  it('tells the story of a finding in order', () => {
    const [finding] = check('const p = kmalloc(8, GFP_KERNEL)!\nkfree(p)\np.read_u8(0)')
    expect(finding?.story.map(({ text, at }) => `${at.line - FIRST + 1} ${text}`)).toEqual([
      '1 made here by `kmalloc()`',
      '2 freed here by `kfree()`',
    ])
  })

  it('never throws, whatever the text is', () => {
    for (const text of ['const x = ;', 'for (;;) {}', 'const f = () => f()\nf()', 'let a: any = b.c.d()', '}{']) {
      expect(() => check(text)).not.toThrow()
    }
  })
})

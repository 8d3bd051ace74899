/** The ledger folds the rows of hot loops in a loop of its own: it has to come to what the general one comes to. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Judge } from '../ownership/judge.ts'
import { WORDS } from '../ownership/allocation-table.ts'
import type { FinishedRun } from './core-interface.ts'
import { liveRun } from './testing/live-run.ts'

const IMPORTS = `import { alloc_page, __free_page, alloc_pages, __free_pages, get_page, put_page, page_address, kmalloc,
  kzalloc, kfree, kmem_cache_create, kmem_cache_alloc, kmem_cache_free, pfn_to_page, page_to_pfn, rcu_read_lock,
  rcu_read_unlock, spin_lock, spin_unlock, DEFINE_SPINLOCK, kmap_local_page, kunmap_local, GFP_KERNEL, GFP_ATOMIC,
  __GFP_COMP, __GFP_ZERO } from 'linux'
const lock = DEFINE_SPINLOCK('lock')
const cache = kmem_cache_create('things', 48, 0, 0, null)!
`

/** Statements about the names of one slot; some of them are mistakes. */
const STATEMENTS: readonly ((n: number) => string)[] = [
  () => `const page = alloc_page(GFP_KERNEL)!; __free_page(page)`,
  () => `const page = alloc_page(GFP_KERNEL | __GFP_ZERO)!; __free_page(page)`,
  (n) => `const page = alloc_pages(GFP_KERNEL, ${n % 3})!; __free_pages(page, ${n % 3})`,
  () => `const page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1)!; __free_pages(page, 1)`,
  (n) => `const page = alloc_pages(GFP_KERNEL, 1)!; __free_pages(page, ${n % 2})`,
  (n) => `const page = alloc_page(GFP_KERNEL)!; get_page(page); __free_page(page); ${n % 3 ? 'put_page(page)' : ''}`,
  (n) => `const page = alloc_page(GFP_KERNEL)!; page_address(page)!.write_u32(${n}, 1); __free_page(page)`,
  () => `const page = alloc_page(GFP_KERNEL)!; const at = kmap_local_page(page); kunmap_local(at); __free_page(page)`,
  (n) => `const page = pfn_to_page(page_to_pfn(alloc_page(GFP_KERNEL)!)); ${n % 2 ? '__free_page(page)' : ''}`,
  (n) => `const object = kmalloc(${8 + n * 8}, GFP_KERNEL)!; kfree(object)`,
  (n) => `const object = kzalloc(${8 + n * 8}, GFP_KERNEL)!; object.read_u8(${n}); kfree(object)`,
  (n) => `const object = kmalloc(9000, GFP_KERNEL)!; object.write_u8(${n}, 1); kfree(object)`,
  (n) => `const object = kmalloc(64, GFP_KERNEL)!; kfree(object); object.write_u8(${n % 64}, 1)`,
  (n) => `const object = kmalloc(32, GFP_KERNEL)!; object.write_u8(${n * 2}, 1); kfree(object)`,
  () => `const object = kmem_cache_alloc(cache, GFP_KERNEL)!; kmem_cache_free(cache, object)`,
  (n) => `const object = kmem_cache_alloc(cache, GFP_KERNEL)!; ${n % 2 ? 'kfree(object)' : ''}`,
  () => `kmalloc(16, GFP_KERNEL)`,
  (n) => `const object = kmalloc(64, GFP_KERNEL)!; object.write_u8(0, 1); object.read_u8(${n}); kfree(object)`,
  (n) => `const page = alloc_page(GFP_KERNEL)!; page_address(page)!.read_u32(${n}); __free_page(page)`,
  (n) => `spin_lock(lock); kfree(kmalloc(8, ${n % 2 ? 'GFP_ATOMIC' : 'GFP_KERNEL'})!); spin_unlock(lock)`,
  () => `rcu_read_lock(); __free_page(alloc_page(GFP_ATOMIC)!); rcu_read_unlock()`,
]

const statement = fc
  .tuple(
    fc.integer({ min: 0, max: STATEMENTS.length - 1 }),
    fc.integer({ min: 0, max: 15 }),
    fc.integer({ min: 1, max: 6 }),
  )
  .map(([at, n, times]) => `for (let i = 0; i < ${times}; i++) { ${STATEMENTS[at]!(n)} }`)

/** What a judge comes to: its findings, and all that its ledger keeps of allocations and frames. */
function judged({ record, program }: FinishedRun, hasFastRows: boolean) {
  const judge = new Judge({
    sites: program.sites,
    files: program.files,
    machine: record.machine,
    era: record.era,
    tasks: () => record.tasks,
    caches: () => record.caches,
    strings: () => record.strings,
  })
  const { ledger } = judge
  ledger.hasFastRows = hasFastRows
  for (const chunk of record.chunks) judge.feed(chunk)
  const findings = judge.finish(record.outcome)
  const frames = Array.from({ length: 2048 }, (_, pfn) => [
    ledger.occupant(pfn),
    ledger.lastOccupant(pfn),
    ledger.frameKind(pfn),
  ])
  const { words, lastId } = ledger.allocations
  return { findings, step: ledger.step, frames, words: [...words.subarray(0, (lastId + 1) * WORDS)] }
}

test('rows of hot loops come to the same in both loops of the ledger', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 12 }), (body) => {
      const run = liveRun(`${IMPORTS}${body.map((text) => `{ ${text} }`).join('\n')}\n`)
      expect(judged(run, true)).toEqual(judged(run, false))
    }),
    { numRuns: 60, seed: 1 },
  )
})

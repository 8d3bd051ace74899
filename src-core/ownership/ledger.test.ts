import { describe, expect, it } from 'vitest'
import { Ledger, type Right } from './ledger.ts'
import { RunBuilder, TEST_MACHINE } from './testing/run-builder.ts'

function fold(run: RunBuilder): Ledger {
  const ledger = new Ledger(TEST_MACHINE)
  for (const chunk of run.record().chunks) ledger.feed(chunk, 0, chunk.opCount)
  return ledger
}

const shape = (rights: readonly Right[]): string[] => rights.map(({ kind, from, to }) => `${kind} ${from}-${to || ''}`)

describe('the ledger', () => {
  it('keeps each right with the step that took and the step that ended it', () => {
    const run = new RunBuilder()
    const page = run.pages('page = alloc_page(GFP_KERNEL)')
    run.get('get_page(page)', page).map('bytes = kmap_local_page(page)', page, 1).unmap('kunmap_local(bytes)', 1, 1)
    run.put('put_page(page)', page).free('__free_page(page)', page)
    const ledger = fold(run)
    expect(shape(ledger.accessSet(page.id, 1))).toEqual(['owner 1-6'])
    expect(shape(ledger.accessSet(page.id, 3))).toEqual(['owner 1-6', 'page-reference 2-5', 'kmap 3-4'])
    expect(shape(ledger.accessSet(page.id, 4))).toEqual(['owner 1-6', 'page-reference 2-5'])
    expect(ledger.accessSet(page.id, 6)).toEqual([])
    expect(ledger.allocations.freedAt(page.id)).toBe(6)
    expect(ledger.occupant(page.base)).toBe(0)
  })

  it('gives a put the newest reference of its own task, then the owner if the task made the memory', () => {
    const run = new RunBuilder()
    const page = run.pages('page = alloc_page(GFP_KERNEL)')
    run.get('get_page(page)', page).task('reader').get('get_page(page)', page)
    run.task('insmod').put('put_page(page)', page).put('put_page(page)', page)
    const ledger = fold(run)
    expect(shape(ledger.rightsOf(page.id))).toEqual(['page-reference 2-4', 'page-reference 3-'])
    expect(ledger.allocations.ownerEnd(page.id)).toBe(5)
  })

  it('lets a handed-over reference be dropped by another task', () => {
    const run = new RunBuilder()
    const page = run.pages('page = alloc_page(GFP_KERNEL)')
    run.get('get_page(page)', page).task('reader').put('put_page(page)', page)
    expect(shape(fold(run).rightsOf(page.id))).toEqual(['page-reference 2-3'])
  })

  it('knows which references a put may have dropped, and that others are certain', () => {
    const run = new RunBuilder()
    const page = run.pages('page = alloc_page(GFP_KERNEL)')
    run.get('get_page(page)', page).get('get_page(page)', page).put('put_page(page)', page)
    run.get('get_page(page)', page)
    const { doubts } = fold(run)
    expect(doubts.ofPut(4)).toEqual([1, 2])
    expect(doubts.ofRight(1)).toEqual([1, 2])
    expect(doubts.ofRight(3)).toEqual([])
  })

  it('counts a reference on a slab page to the access set of its objects', () => {
    const run = new RunBuilder()
    const object = run.object('a = kmalloc(64, GFP_KERNEL)', 64)
    run.get('get_page(page)', object, object.id - 1, object.base >>> 12)
    const ledger = fold(run)
    expect(ledger.allocations.slab(object.id)).toBe(object.id - 1)
    expect(shape(ledger.accessSet(object.id, 2))).toEqual(['owner 1-', 'page-reference 2-'])
    expect(shape(ledger.accessSetOfFrame(object.base >>> 12, 2))).toEqual(['page-reference 2-'])
  })

  it('knows the newest object at an address', () => {
    const run = new RunBuilder()
    const first = run.object('a = kmalloc(64, GFP_KERNEL)', 64)
    run.kfree('kfree(a)', first)
    const second = run.object('b = kmalloc(32, GFP_KERNEL)', 32, first)
    const ledger = fold(run)
    expect(ledger.objectAt(first.base + 8)).toBe(second.id)
    expect(ledger.objectAt(first.base + 40)).toBe(0)
  })

  it('folds in pieces as it folds at once', () => {
    const run = new RunBuilder()
    const page = run.pages('page = alloc_page(GFP_KERNEL)')
    run.get('get_page(page)', page).put('put_page(page)', page).free('__free_page(page)', page)
    run.object('a = kmalloc(64, GFP_KERNEL)', 64)
    const pieces = new Ledger(TEST_MACHINE)
    for (const chunk of run.record().chunks) {
      for (let row = 0; row < chunk.opCount; row++) pieces.feed(chunk, row, row + 1)
    }
    const whole = fold(run)
    expect(pieces.allocations.lastId).toBe(whole.allocations.lastId)
    for (let id = 1; id <= whole.allocations.lastId; id++) {
      expect(pieces.accessSet(id, 99)).toEqual(whole.accessSet(id, 99))
      expect(pieces.allocations.freedAt(id)).toBe(whole.allocations.freedAt(id))
    }
  })
})

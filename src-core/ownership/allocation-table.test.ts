/** The rows of the ledger's allocations, given from one table to the next. */
import { expect, it } from 'vitest'
import { AllocationTable, Mark, WORDS } from './allocation-table.ts'
import { StepLog } from './step-log.ts'

it('given away, the rows of a table are empty in the next, and its own are gone', () => {
  const first = new AllocationTable(new StepLog())
  for (let step = 1; step <= 5000; step++) first.add(1, step, 4096, step, 2)
  first.addMark(5000, Mark.FREED | Mark.USERS)
  const rows = first.giveRows()
  expect([first.lastId, first.kind(5000), first.size(1)]).toEqual([0, 0, 0])

  const second = new AllocationTable(new StepLog(), rows)
  expect(second.words).toBe(rows.words)
  expect([second.kind(0), second.rights(0)]).toEqual([0, 0])
  expect(second.add(3, 7, 64, 9, 0)).toBe(1)
  expect([second.kind(1), second.base(1), second.mark(1), second.freedAt(1)]).toEqual([3, 7, 0, 0])
})

it('finds what was not freed', () => {
  const table = new AllocationTable(new StepLog())
  expect(table.nextKept(0)).toBe(0)
  for (let step = 1; step <= 9; step++) table.add(1, step, 4096, step, 0)
  for (const id of [1, 2, 4, 9]) table.addMark(id, Mark.FREED)
  table.addMark(3, Mark.USERS)
  const kept: number[] = []
  for (let id = table.nextKept(0); id > 0; id = table.nextKept(id)) kept.push(id)
  expect(kept).toEqual([3, 5, 6, 7, 8])
})

it('empties the rows of an older table before they are used, however they come into use', () => {
  const first = new AllocationTable(new StepLog())
  for (let step = 1; step <= 9000; step++) first.add(1, step, 4096, step, 2)
  first.words.fill(-1, WORDS, 9001 * WORDS)

  const second = new AllocationTable(new StepLog(), first.giveRows())
  for (let step = 1; step <= 100; step++) second.add(3, 7, 64, 9, 0)
  expect(
    second
      .reserve(3000)
      .subarray(101 * WORDS, 3101 * WORDS)
      .every((word) => word === 0),
  ).toBe(true)
  second.lastId += 2000
  for (let step = 1; step <= 2000; step++) second.add(3, 7, 64, 9, 0)
  const last = 4100 * WORDS
  expect([...second.words.subarray(last, last + WORDS)]).toEqual([3, 7, 64, 9, 0, 0, 0, 0])

  // What the second did not come to is still the first's, and the third empties it.
  const third = new AllocationTable(new StepLog(), second.giveRows())
  expect(
    third
      .reserve(20_000)
      .subarray(WORDS, 20_001 * WORDS)
      .every((word) => word === 0),
  ).toBe(true)
})

/** The rows of the ledger's allocations, given from one table to the next. */
import { expect, it } from 'vitest'
import { AllocationTable, Mark } from './allocation-table.ts'
import { StepLog } from './step-log.ts'

it('given away, the rows of a table are empty in the next, and its own are gone', () => {
  const first = new AllocationTable(new StepLog())
  for (let step = 1; step <= 5000; step++) first.add(1, step, 4096, step, 2)
  first.addMark(5000, Mark.FREED | Mark.USERS)
  const rows = first.giveRows()
  expect([first.lastId, first.kind(5000), first.size(1)]).toEqual([0, 0, 0])

  const second = new AllocationTable(new StepLog(), rows)
  expect(second.words).toBe(rows.words)
  expect(second.words.every((word) => word === 0)).toBe(true)
  expect(second.add(3, 7, 64, 9, 0)).toBe(1)
  expect([second.kind(1), second.base(1), second.mark(1), second.freedAt(1)]).toEqual([3, 7, 0, 0])
})

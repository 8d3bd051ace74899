// @era all
// @machine arch=arm64-16k
// @expect none
//
// One owner for every table: the entry above it. In every era, because no count is asked: a page is owned, or borrowed.
import { UatPageTable } from './pgtable.ts'
import { run_job } from './gpu.ts'

run_job(UatPageTable.new(42))

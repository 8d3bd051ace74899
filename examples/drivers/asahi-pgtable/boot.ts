// @era all
// @machine arch=arm64-16k
// @expect none
//
// The top table comes from the boot loader: it is walked and filled, and never freed.
import { alloc_page, __free_page, page_to_phys, GFP_KERNEL, __GFP_ZERO } from 'linux'
import { UatPageTable } from './pgtable.ts'
import { run_job } from './gpu.ts'

const boot = alloc_page(GFP_KERNEL | __GFP_ZERO)!
run_job(UatPageTable.new_with_ttb(page_to_phys(boot), 42))
__free_page(boot)

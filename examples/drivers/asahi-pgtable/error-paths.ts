// @era all
// @machine arch=arm64-16k
// @expect none
//
// What the walk refuses, what it only prints, and a page that does not come. A live entry is printed and overwritten
// all the same, in the original too.
import { Page } from 'asahi/page'
import { GFP_KERNEL, KernelError, drop } from 'kernel'
import { pr_info } from 'linux'
import { fail_next } from 'sim'
import { PROT_GPU_RW, UAT_PGSZ, UatPageTable } from './pgtable.ts'

function result(what: string, f: () => void): void {
  try {
    f()
    pr_info(`${what}: ok`)
  } catch (error) {
    if (!(error instanceof KernelError)) throw error
    pr_info(`${what}: ${error.errno}`)
  }
}

result('a table of the boot loader that is not aligned', () => UatPageTable.new_with_ttb(8n, 42))
result('one that is no memory', () => UatPageTable.new_with_ttb(1n << 40n, 42))
fail_next('alloc_page')
result('no top table', () => UatPageTable.new(42))
const table = UatPageTable.new(42)
const page = Page.alloc_page(GFP_KERNEL)
const other = Page.alloc_page(GFP_KERNEL)
const one = { start: UAT_PGSZ, end: 2n * UAT_PGSZ }
result('a range that is not aligned', () => table.alloc_pages({ start: 1n, end: UAT_PGSZ }))
result('an empty range', () => table.alloc_pages({ start: 0n, end: 0n }))
result('an address that is not aligned', () => table.map_pages(one, 8n, PROT_GPU_RW, false))
fail_next('alloc_page')
result('no table', () => table.map_pages(one, page.phys(), PROT_GPU_RW, false))
table.unmap_pages(one)
table.map_pages(one, page.phys(), PROT_GPU_RW, false)
table.map_pages(one, other.phys(), PROT_GPU_RW, false)
table.unmap_pages(one)
table.unmap_pages(one)
table.reprot_pages(one, PROT_GPU_RW)
table.drop({ start: 0n, end: 4n * UAT_PGSZ })
drop(page)
drop(other)

/** `page->private` and `page->mapping` are words of the machine: kept, traced, taken back and checked in full. */
import { describe, expect, it } from 'vitest'
import { Flag } from '../../trace/ops.ts'
import { runText } from '../../runtime/testing/run-text.ts'

const log = (body: string, machine: Record<string, string> = {}): readonly string[] =>
  runText(`import * as k from 'linux'\nconst page = k.alloc_page(k.GFP_KERNEL)\n${body}`, { machine }).log

const readBack = (value: string, machine: Record<string, string> = {}): readonly string[] =>
  log(
    `k.set_page_private(page, ${value})
    const v = k.page_private(page)
    k.pr_info(typeof v + ' ' + v)`,
    machine,
  )

describe('page->private', () => {
  it('keeps 64 bits on a 64-bit machine', () => {
    expect(readBack('2 ** 32 - 1')).toEqual(['number 4294967295'])
    expect(readBack('2 ** 32')).toEqual(['number 4294967296'])
    expect(readBack('2 ** 53 - 1')).toEqual(['number 9007199254740991'])
    expect(readBack('0xffff_8880_0123_4008n')).toEqual(['bigint ' + 0xffff_8880_0123_4008n])
    expect(readBack('-1')).toEqual(['bigint 18446744073709551615'])
    expect(readBack('7n', { arch: 'arm64-16k' })).toEqual(['number 7'])
    expect(readBack('2 ** 40', { arch: 'arm64-16k' })).toEqual(['number 1099511627776'])
  })

  it('keeps 32 bits on i386', () => {
    expect(readBack('2 ** 32 + 5', { arch: 'i386-highmem' })).toEqual(['number 5'])
    expect(readBack('-1', { arch: 'i386-highmem' })).toEqual(['number 4294967295'])
  })

  it('is 0 again when the page was freed and handed out', () => {
    expect(
      log(`k.set_page_private(page, 2 ** 40)
      k.__free_page(page)
      const again = k.alloc_page(k.GFP_KERNEL)
      k.pr_info((again === page) + ' ' + k.page_private(again))`),
    ).toEqual(['true 0'])
  })

  it('is in the trace with both halves', () => {
    const { deltas, operations } = runText(`import * as k from 'linux'
    const page = k.alloc_page(k.GFP_KERNEL)
    k.set_page_private(page, 0xffff_8880_0000_0008n)
    k.set_page_private(page, 8)`)
    const pfn = operations.find(({ op }) => op === 'set_page_private')?.subject ?? -1
    expect(deltas.filter(([field]) => field === 13 || field === 39)).toEqual([
      [39, pfn, 0, 0xffff_8880],
      [13, pfn, 0, 8],
      [39, pfn, 0xffff_8880, 0],
    ])
  })
})

describe('page->mapping', () => {
  it('keeps a pointer', () => {
    expect(
      log(`k.set_page_mapping(page, 0xffff_8880_0123_4000n)
      k.pr_info(String(k.page_mapping(page)))
      k.set_page_mapping(page, null)
      k.pr_info(String(k.page_mapping(page)))`),
    ).toEqual([String(0xffff_8880_0123_4000n), '0'])
  })

  it('a page whose mapping has its high half alone may not be freed', () => {
    const run = runText(`import * as k from 'linux'
    const page = k.alloc_page(k.GFP_KERNEL)
    k.set_page_mapping(page, 2 ** 32)
    k.__free_page(page)`)
    expect(run.operations.find(({ op }) => op === '__free_page')?.flags).toBe(Flag.LAST | Flag.WARNED)
  })
})

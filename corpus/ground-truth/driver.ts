/**
 * The device of the cases that map pages into user space. The driver has a block of pages and maps it in one of several
 * ways; what the test module of the measurement printed at each of its callbacks, this one prints.
 */
import { __free_pages, __GFP_COMP, __GFP_ZERO, alloc_pages, folio_mapcount, folio_maybe_dma_pinned, folio_ref_count } from 'linux'
import { get_user_pages, GFP_KERNEL, misc_register, nth_page, page_address, page_count, page_folio, page_to_pfn } from 'linux'
import { PAGE_SIZE, PageHead, put_page, remap_pfn_range, unpin_user_page, vm_flags_set, VM_DONTEXPAND } from 'linux'
import { VM_FAULT_SIGBUS, vm_insert_page, VM_IO, VM_MIXEDMAP, VM_PFNMAP, get_page } from 'linux'
import type { file, page, Ptr, vm_area_struct, vm_fault } from 'linux'
import { fork, ioctl, MAP_SHARED, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'
import { dump, say } from './measure.ts'

export type How = 'insert' | 'remap' | 'fault' | 'mixed'

export interface State {
  step: number
  how: How
  order: number
  block: page | null
  /** The area and the address that the driver remembers from mmap. */
  vma: vm_area_struct | null
  address: bigint
  /** The area that the last `open` told of. */
  moved: vm_area_struct | null
  /** Callbacks of a helper process are not printed. */
  quiet: boolean
  action: () => number | void
}

/** The driver's variables, and the number of the step that is running. */
export const state: State = {
  step: 1,
  how: 'insert',
  order: 0,
  block: null,
  vma: null,
  address: 0n,
  moved: null,
  quiet: false,
  action: () => 0,
}

export const write = (p: Ptr, text: string) => [...text].forEach((c, i) => p.write_u8(i, c.charCodeAt(0)))
export function read(p: Ptr): string {
  return String.fromCharCode(...Array.from({ length: 13 }, (_, i) => p.read_u8(i)))
}

/** Allocates the driver's block and writes `driver-page-N` into each page. */
export function allocate(order: number): page {
  const block = alloc_pages(GFP_KERNEL | __GFP_ZERO | (order > 0 ? __GFP_COMP : 0), order)!
  for (let i = 0; i < 1 << order; i++) write(page_address(nth_page(block, i))!, `driver-page-${i}`)
  return block
}

/** What the driver does with its block last. */
export function freeBlock() {
  __free_pages(state.block!, state.order)
}

/** Prints every page of the block, and the folio's sums while it is one. */
export function dumpBlock(block = state.block!) {
  for (let i = 0; i < 1 << state.order; i++) dump(state.step, `blk+${i}`, nth_page(block, i))
  if (state.order === 0 || !PageHead(block)) return
  say(state.step, 'folio_ref_count', folio_ref_count(page_folio(block)))
  say(state.step, 'folio_mapcount', folio_mapcount(page_folio(block)))
}

function sayFlags(vma: vm_area_struct) {
  const has = (flag: number) => (vma.vm_flags & flag) !== 0
  say(state.step, 'vma.VM_MIXEDMAP', has(VM_MIXEDMAP))
  say(state.step, 'vma.VM_PFNMAP', has(VM_PFNMAP))
  say(state.step, 'vma.VM_IO', has(VM_IO))
  say(state.step, 'vma.VM_DONTEXPAND', has(VM_DONTEXPAND))
}

function map(vma: vm_area_struct): number {
  const block = state.block!
  let result = 0
  if (state.how === 'insert') {
    for (let i = 0; i < 1 << state.order && result === 0; i++) {
      result = vm_insert_page(vma, vma.vm_start + BigInt(i * PAGE_SIZE), nth_page(block, i))
      say(state.step, 'vm_insert_page.return', result)
    }
  } else if (state.how === 'remap') {
    result = remap_pfn_range(vma, vma.vm_start, page_to_pfn(block), PAGE_SIZE << state.order, vma.vm_page_prot as number)
    say(state.step, 'remap_pfn_range.return', result)
  } else if (state.how === 'mixed') {
    vm_flags_set(vma, VM_MIXEDMAP)
  }
  return result
}

/** A fault finds a page only if that is how the driver maps. */
function fault(vmf: vm_fault): number {
  say(state.step, 'fault.pgoff', vmf.pgoff)
  if (state.how !== 'fault') return VM_FAULT_SIGBUS
  get_page(state.block!)
  vmf.page = state.block
  return 0
}

misc_register({
  name: 'lab',
  fops: {
    mmap(_file: file, vma: vm_area_struct) {
      state.vma = vma
      state.address = vma.vm_start
      vma.vm_ops = {
        open(copy: vm_area_struct) {
          if (state.quiet) return
          state.moved = copy
          say(state.step, 'vm_ops->open.called', 1)
        },
        close(gone: vm_area_struct) {
          if (!state.quiet) say(state.step, 'vm_ops->close.is_remembered_vma', gone === state.vma)
        },
        fault,
      }
      const result = map(vma)
      sayFlags(vma)
      return result
    },
    ioctl() {
      return state.action()
    },
  },
})

/** Runs a user program that has the device open. */
export function program(body: (fd: number) => void) {
  waitpid(spawn('labuser', () => body(open('/dev/lab', 2))))
}

/** Lets the driver do something, in the program's context. Returns its result. */
export function driver(fd: number, action: () => number | void): number {
  state.action = action
  return ioctl(fd, 0)
}

/** Maps the whole block; prints the result as C sees it. */
export function mapBlock(fd: number): Ptr {
  const result = mmap(null, PAGE_SIZE << state.order, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  say(state.step, 'mmap.errno', typeof result === 'number' ? -result : 0)
  if (typeof result === 'number') throw new Error('mmap failed')
  return result
}

/** Reads in a child, which dies if nothing is there: the text, or `signal_N`. */
export function probe(p: Ptr): string {
  const status: number[] = []
  let found = ''
  state.quiet = true
  waitpid(fork(() => { found = read(p) }), status)
  state.quiet = false
  return status[0] === 0 ? found : `signal_${status[0]! & 127}`
}

export type Taker = (address: bigint, nr: number, flags: number, pages: page[]) => number

/** One GUP by the driver, with what it found. Returns the page, or null. */
export function take(fd: number, call: Taker, address: bigint, flags: number, block: page | null = state.block): page | null {
  const pages: page[] = []
  driver(fd, () => {
    const result = call(address, 1, flags, pages)
    say(state.step, 'return', result)
    if (result !== 1) return result
    const got = pages[0]!
    if (block !== null) say(state.step, 'got_page-blk', page_to_pfn(got) - page_to_pfn(block))
    say(state.step, 'got.page_ref_count', page_count(got))
    say(state.step, 'folio_maybe_dma_pinned', folio_maybe_dma_pinned(page_folio(got)))
    return result
  })
  return pages[0] ?? null
}

/** Gives back what `take` took, and prints what is left. */
export function give(fd: number, held: page, pinned: boolean) {
  driver(fd, () => {
    if (pinned) unpin_user_page(held)
    else put_page(held)
    say(state.step, 'held.page_ref_count', page_count(held))
  })
}

/** What a read of /proc/self/mem does: a reference by slow GUP, a copy, and the put. Bytes, or -1. */
export function memRead(fd: number, address: bigint): number {
  return driver(fd, () => {
    const pages: page[] = []
    if (get_user_pages(address, 1, 0, pages) !== 1) return -1
    put_page(pages[0]!)
    return 64
  })
}

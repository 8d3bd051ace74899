/**
 * What the cases of one call after another share: how they print a value of a step, and how they look at memory. The
 * test module that ran the same statements on a real kernel had these as macros.
 */
import { kthread_run, page_address, pr_info, virt_to_head_page } from 'linux'
import type { page, Ptr } from 'linux'

const format = (what: string, values: unknown[]) => what.replace(/%l?l?[du]/g, () => String(values.shift()))

/** Prints one value of a step. */
export function say(step: number, value: unknown, what: string, ...values: unknown[]) {
  const shown = typeof value === 'boolean' ? Number(value) : (value ?? 0)
  pr_info(`${step} ${format(what, values)} = ${String(shown)}`)
}

/** A misuse is tried in a task of its own: the kernel may end it, and the next one goes on. */
export function lone(name: string, body: () => void) {
  kthread_run(() => {
    body()
    return 0
  }, name)
}

export const byte = (p: Ptr | null, offset: number) => p!.read_u8(offset)
export const setByte = (p: Ptr | null, offset: number, value: number) => p!.write_u8(offset, value)
export const word = (p: Ptr, offset: number) => p.read_u64(offset)
export const plus = (p: Ptr, bytes: number) => p.add(bytes)
export const distance = (a: Ptr, b: Ptr) => Number(a.addr - b.addr)
export const offsetInPage = (p: Ptr) => Number(p.addr & 0xfffn)
export const isNull = (p: unknown) => (p === null ? 1 : 0)
export const address = (p: Ptr | null) => (p === null ? 0n : p.addr)

/** Whether two pointers or two objects are the same. */
export function same(a: unknown, b: unknown): boolean {
  const pointer = (value: unknown): value is Ptr => typeof value === 'object' && value !== null && 'addr' in value
  return a === b || (pointer(a) && pointer(b) && a.addr === b.addr)
}

const slabs: page[] = []

/** Prints where an object lies: the number of its slab, in the order in which slabs were first seen, and the offset. */
export function place(step: number, p: Ptr | null, what: string, ...values: unknown[]) {
  if (p === null) return pr_info(`${step} ${format(what, values)} = NULL`)
  const head = virt_to_head_page(p)
  if (!slabs.includes(head)) slabs.push(head)
  pr_info(`${step} ${format(what, values)} = ${slabs.indexOf(head)}:${Number(p.addr - page_address(head)!.addr)}`)
}

const pages: unknown[] = []

/** A number for a page, in the order in which pages were first seen; -1 = none. */
export function numberOf(one: unknown) {
  if (one === null) return -1
  if (!pages.includes(one)) pages.push(one)
  return pages.indexOf(one)
}

/** A case begins: numbers of slabs and pages do too. */
export function forget() {
  slabs.length = 0
  pages.length = 0
}

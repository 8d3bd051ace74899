// @expect none
// toString, valueOf and toJSON in arguments: host code that turns a value into text or a number calls the program.
import {
  alloc_page, __free_page, __free_pages, alloc_pages, GFP_KERNEL, kfree, kmem_cache_create, kmem_cache_destroy, kmalloc,
  kthread_run, memset, pr_info, WARN_ON,
} from 'linux'
import { attempt, finish, loose, maker, prove } from './proof.ts'

const page = alloc_page(GFP_KERNEL)!
const trap = (): { readonly value: never; readonly seen: unknown[]; readonly leaks: string[] } => {
  const seen: unknown[] = []
  const leaks: string[] = []
  const note = function (this: unknown, ...args: unknown[]): string {
    if (this !== value) seen.push(this)
    seen.push(...args)
    const stack = String(new Error('x').stack)
    if (/file:|node:|\.m?js\b/.test(stack)) leaks.push(stack)
    return '64'
  }
  const value = { toString: note, valueOf: note, toJSON: note } as never
  return { value, seen, leaks }
}
const trapped = (name: string, use: (value: never) => unknown): void =>
  attempt(name, () => {
    const { value, seen, leaks } = trap()
    try { use(value) } catch { /* refused */ }
    if (leaks.length > 0) return `stack ${leaks[0]!}`
    for (const each of seen) {
      try { if (typeof each === 'object' || typeof each === 'function') return prove(maker(each)) } catch { /* next */ }
    }
    return undefined
  })
trapped('size', (value) => kfree(kmalloc(value, GFP_KERNEL)))
trapped('flags', (value) => kfree(kmalloc(64, value)))
trapped('order', (value) => {
  const block = alloc_pages(GFP_KERNEL, value)
  if (block !== null) __free_pages(block, 6)
})
trapped('name of a cache', (value) => kmem_cache_destroy(kmem_cache_create(value, 64, 0, 0, null)!))
trapped('name of a task', (value) => kthread_run(() => undefined, value))
trapped('log', (value) => pr_info(`${value as string} ${Number(value)}`))
trapped('log format', (value) => pr_info(value))
trapped('byte', (value) => memset(loose(page) as never, value, value))
trapped('condition', (value) => WARN_ON([value].includes(1 as never)))
__free_page(page)
finish()

// @expect none
// Objects of the host that come back: callbacks' receivers and arguments, internals of handles, the emitted names.
import { alloc_page, __free_page, GFP_KERNEL, kfree, kmalloc, kthread_run, module_init, mutex } from 'linux'
import { sim } from 'sim'
import { attempt, finish, loose, maker, prove } from './proof.ts'

const object = kmalloc(64, GFP_KERNEL)!
const page = alloc_page(GFP_KERNEL)!
let receiver: unknown
let handed: unknown
kthread_run(function (this: unknown, ...args: unknown[]) { receiver = this; handed = args }, 'looker')
attempt('receiver of a callback', () => prove(maker(receiver)))
attempt('arguments of a callback', () => prove(maker(handed)))
attempt('receiver is a global', () => (loose(receiver).process === undefined ? undefined : 'process'))
attempt('sim object', () => prove(maker(sim)))
attempt('mutex class', () => prove(maker(mutex)))
attempt('module_init', () => prove(maker(module_init)))
attempt('own keys of handles', () => {
  for (const key of Reflect.ownKeys(object)) {
    const value = loose(object)[key]
    if (typeof value === 'function' || (typeof value === 'object' && value !== null)) return prove(maker(value))
  }
  return undefined
})
attempt('prototype members', () => {
  for (let at: object | null = page; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    for (const key of Reflect.ownKeys(at)) {
      const { value, get } = Object.getOwnPropertyDescriptor(at, key)!
      for (const found of [value, get]) {
        try {
          if (typeof found === 'function') return prove(loose(found).constructor)
        } catch {
          // The next member may be weaker.
        }
      }
    }
  }
  return undefined
})
attempt('caller of a function', () => prove(maker(loose(attempt).caller)))
attempt('arguments of a function', () => prove(maker(loose(attempt).arguments)))
attempt('handle made up', () => {
  const made = Object.create(Object.getPrototypeOf(object) as object) as typeof object
  made.write_u64(0, 66n)
  return 'wrote'
})
kfree(object)
__free_page(page)
finish()

// @expect none
// Proxies given to the surface: traps are called by the host and might be handed what is the host's.
import { kfree, GFP_KERNEL, kmalloc, kthread_run, list_add, LIST_HEAD, memcpy, misc_register, struct } from 'linux'
import { attempt, finish, loose, maker, prove } from './proof.ts'

const spy = (target: object): { readonly proxy: never; readonly seen: unknown[] } => {
  const seen: unknown[] = []
  const note = (...args: unknown[]): void => {
    for (const arg of args) if (arg !== target && arg !== proxy) seen.push(arg)
  }
  const proxy: never = new Proxy(target, {
    get(t, key, receiver) { note(receiver); return Reflect.get(t, key) as unknown },
    has(t, key) { return Reflect.has(t, key) },
    apply(t, self, args) { note(self, args); return undefined },
    construct(t, args, made) { note(args, made); return {} },
    defineProperty(t, key, what) { note(what); return Reflect.defineProperty(t, key, what) },
    set(t, key, value, receiver) { note(value, receiver); return true },
    getPrototypeOf(t) { return Reflect.getPrototypeOf(t) },
  }) as never
  return { proxy, seen }
}
const leaks = (seen: readonly unknown[]): string | undefined => {
  for (const each of seen) {
    if (each === undefined || each === null) continue
    try { return prove(maker(each)) } catch { /* the next may leak */ }
  }
  return undefined
}
const given = (name: string, target: object, use: (proxy: never) => unknown): void =>
  attempt(name, () => {
    const { proxy, seen } = spy(target)
    try { use(proxy) } catch { /* refused */ }
    return leaks(seen)
  })
const object = kmalloc(64, GFP_KERNEL)!
given('as a pointer', {}, (proxy) => memcpy(proxy, object, 8))
given('around a pointer', object, (proxy) => memcpy(proxy, object, 8))
given('as a size', {}, (proxy) => kmalloc(proxy, GFP_KERNEL))
given('as a function', () => undefined, (proxy) => kthread_run(proxy, 'proxied'))
given('as a table of fields', {}, (proxy) => struct('proxied', proxy))
given('as a device', { name: 'x' }, (proxy) => misc_register(proxy))
given('as a list node', {}, (proxy) => list_add(proxy, LIST_HEAD('h')))
attempt('scope by has', () => {
  const scope = new Proxy({}, { has: () => true, get: (_, key) => (key === Symbol.unscopables ? undefined : key) })
  return loose(Object.create(scope) as object).process === loose('process') ? undefined : prove(maker(scope))
})
attempt('of a surface function', () => prove(maker(new Proxy(kmalloc, {}))))
attempt('revoked', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  kfree(proxy as never)
  return 'freed'
})
kfree(object)
finish()

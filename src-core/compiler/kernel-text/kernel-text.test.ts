import { describe, expect, it } from 'vitest'
import { toC } from './to-c.ts'
import { toRust } from './to-rust.ts'

describe('the C text', () => {
  const program = `import { struct, sizeof, u32, ptr, mutex, mutex_lock, kmalloc, kfree, GFP_KERNEL } from 'linux'
import { pr_info } from 'linux'
import { kthread_run, module_exit, list_head } from 'linux'
import type { Ptr, View } from 'linux'
const Item = struct('item', { node: list_head, size: u32, next: ptr })
type Item = View<typeof Item>
const lock = new mutex()
/** Fills one. */
function fill(item: Item, size: number): number {
  if (size === 0) return -1
  else item.size = size >>> 0
  return item.size
}
const memory = kmalloc(sizeof(Item), GFP_KERNEL)!
const item = memory.as(Item)
mutex_lock(lock)
memory.write_u8(4, 1)
const seen = memory.read_u32(0)
pr_info(\`item \${fill(item, 3)} has \${seen}, 100%\`)
kthread_run(() => { fill(item, 1) }, 'worker')
module_exit(() => kfree(memory))
`
  const text = toC('a/driver.ts', program)

  it('has the headers of what is used, and struct definitions', () => {
    expect(text).toContain('#include <linux/slab.h>\n')
    expect(text).toContain('struct item {\n\tstruct list_head node;\n\tu32 size;\n\tvoid *next;\n};')
  })
  it('has functions with C types, -> and kernel braces', () => {
    expect(text).toContain('/* Fills one. */\nstatic int fill(struct item *item, int size)\n{')
    expect(text).toContain('\telse\n\t\titem->size = size;')
  })
  it('casts where a snippet reads by offset, and prints with conversions', () => {
    expect(text).toContain('*(u8 *)(memory + 4) = 1;')
    expect(text).toContain('u32 seen = *(u32 *)memory;')
    expect(text).toContain('pr_info("item %d has %u, 100%%\\n", fill(item, 3), seen);')
  })
  it('passes kernel objects by address and makes functions of callbacks', () => {
    expect(text).toContain('mutex_lock(&lock);')
    expect(text).toContain('static int thread_fn(void *data)\n{\n\tfill(item, 1);\n\treturn 0;\n}')
    expect(text).toContain('kthread_run(thread_fn, NULL, "worker");')
  })
  it('has the top level as the init function, and what module_exit names', () => {
    expect(text).toContain('static int __init driver_init(void)\n{')
    expect(text).toContain('static void __exit driver_exit(void)\n{\n\tkfree(memory);\n}')
    expect(text).toContain('module_init(driver_init);\nmodule_exit(driver_exit);')
  })
  it('has constants as macros, callbacks as const structures, and casts where an address is a number', () => {
    const driver = toC(
      'driver.ts',
      `import { __get_free_pages, free_pages, GFP_KERNEL, __GFP_COMP, type file, type vm_area_struct } from 'linux'
import { rx, type Sock, type Service } from './parts.ts'
/** Two blocks. */
const BLOCK = 2 * 4096
const ops = { close: opened }
function opened(vma: vm_area_struct): void {
  (vma.vm_file!.private_data as Sock).mapped = BLOCK
  vma.vm_ops = ops
  late()
}
function late(): void {
  const gfp = GFP_KERNEL | __GFP_COMP
  const memory = __get_free_pages(gfp, 2)
  if (typeof memory === 'number') return
  free_pages(memory, 2)
}
function use(po: Sock, service: Service): void {
  const ring = rx(po)
  po.ptr.add(8).write_u32(4, ring.size)
}
`,
      [
        {
          path: 'parts.ts',
          text: `const S = struct('packet_sock', { mapped: u32 })
export type Sock = View<typeof S>
const Ring = struct('packet_ring', { size: u64 })
type Ring = View<typeof Ring>
export interface Service { readonly map: number }
export function rx(po: Sock): Ring { return po.ptr.as(Ring) }
`,
        },
      ],
    )
    expect(driver).toContain('/* Two blocks. */\n#define BLOCK (2 * 4096)\n')
    expect(driver).toContain('static const struct vm_operations_struct ops = { .close = opened };')
    expect(driver).toContain('\t((struct packet_sock *)vma->vm_file->private_data)->mapped = BLOCK;')
    expect(driver).toContain('\tvma->vm_ops = &ops;')
    expect(driver).toContain('static void late(void);\n')
    expect(driver).toContain('\tgfp_t gfp = GFP_KERNEL | __GFP_COMP;')
    expect(driver).toContain('\tvoid *memory = (void *)__get_free_pages(gfp, 2);')
    expect(driver).toContain('\tif (IS_ERR(memory))')
    expect(driver).toContain('\tfree_pages((unsigned long)memory, 2);')
    expect(driver).toContain('static void use(struct packet_sock *po, struct service *service)')
    expect(driver).toContain('\tstruct packet_ring *ring = rx(po);')
    expect(driver).toContain('*(u32 *)((void *)po + 8 + 4) = ring->size;')
  })
  it('leaves a loop macro by continue and break, and gives an errno as a pointer', () => {
    const driver = toC(
      'x.ts',
      `import { list_for_each_entry, struct, list_head, u32, EINVAL, EPERM } from 'linux'
const Buf = struct('buf', { entry: list_head, size: u32 })
type Buf = View<typeof Buf>
function find(list: list_head, size: number): Buf | number {
  let found: Buf | number = -EINVAL
  const counts = [0, 0]
  list_for_each_entry(list, Buf, 'entry', (buf) => {
    if (buf.size === 0) return
    if (buf.size < size) return true
    found = buf.size === 1 ? -EPERM : buf
    return false
  })
  const { size: room } = found as Buf
  return found
}
`,
    )
    expect(driver).toContain('\tstruct buf *found = ERR_PTR(-EINVAL);\n\tint counts[] = { 0, 0 };')
    expect(driver).toContain('if (buf->size == 0)\n\t\t\t\tcontinue;')
    expect(driver).toContain('found = buf->size == 1 ? ERR_PTR(-EPERM) : buf;\n\t\t\tbreak;')
    expect(driver).toContain('\tu32 room = found->size;\n\treturn found;')
  })
  it('says in a comment what C cannot say, and never throws for a text that does not parse', () => {
    expect(toC('x.ts', 'class A { #b = 1 }')).toContain('/* not in C: class A')
    expect(() => toC('x.ts', 'const a = (; for (')).not.toThrow()
    expect(() => toRust('x.ts', 'function ( { => `')).not.toThrow()
  })
})

describe('the Rust text', () => {
  const text = toRust(
    'firmware.ts',
    `import { Page, GFP_KERNEL, drop, type Owned } from 'kernel'
import { get_page, pr_info } from 'linux'
class Fw implements Ownable { static release(self: Fw): void { pr_info('gone') } }
function make(n: number): Page {
  const page = Page.alloc_page(GFP_KERNEL)
  for (let i = 0; i < n; i++) page.fill_zero_raw(i, 1)
  return page
}
using held = make(2)
const other = held.with_page_mapped((p) => p.read_u8(3))
pr_info(\`{\${other}}\`)
get_page(held)
drop(held)
`,
  )

  it('uses the crate by path, statics with ::, and ? where an allocation fails', () => {
    expect(text).toContain('use kernel::page::Page;')
    expect(text).toContain('let page = Page::alloc_page(GFP_KERNEL)?;')
    expect(text).toContain('fn make(n: usize) -> Result<Page> {')
    expect(text).toContain('return Ok(page);')
  })
  it('has closures, ranges, traits and formatted messages', () => {
    expect(text).toContain('for i in 0..n {')
    expect(text).toContain('unsafe impl Ownable for Fw {\n    fn release(self: Fw)')
    expect(text).toContain('|p| unsafe { p.add(3).read() }')
    expect(text).toContain('pr_info!("{{{}}}\\n", other);')
  })
  it('gives errors as Result, and gathers what it uses of a module', () => {
    const other = toRust(
      'x.ts',
      `import { a, b } from './y.ts'
function f(n: number): number {
  if (n === 0) return -EINVAL
  return 0
}
const at = mmap(null, 4096, 1, 1, 3, 0)
function g(): number {
  if (typeof at === 'number') return -EFAULT
  return 0
}
const size = f(sizeof(Item))
`,
    )
    expect(other).toContain('use crate::y::{a, b};')
    expect(other).toContain('if at.is_err() {')
    expect(other).toContain('fn f(n: usize) -> Result {')
    expect(other).toContain('return Err(EINVAL);')
    expect(other).toContain('return Ok(());')
    expect(other).toContain('f(size_of::<Item>())')
  })
  it('reaches C through bindings and is a module', () => {
    expect(text).toContain('unsafe { bindings::get_page(held) };')
    expect(text).toContain('impl kernel::Module for Firmware {')
  })
})

describe('a module that is imported whole', () => {
  const named = `import { GFP_KERNEL, kfree, kmalloc, type page } from 'linux'
const a = kmalloc(64, GFP_KERNEL)
function drop(p: page): void { kfree(a) }`
  const whole = `import * as k from 'linux'
const a = k.kmalloc(64, k.GFP_KERNEL)
function drop(p: k.page): void { k.kfree(a) }`

  it('is written as if its names were imported', () => {
    expect(toC('x.ts', whole)).toBe(toC('x.ts', named))
    expect(toRust('x.ts', whole)).toBe(toRust('x.ts', named))
    expect(toC('x.ts', whole)).toContain('kmalloc(64, GFP_KERNEL)')
  })
})

// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect krealloc-stale-alias 20
//
// A growing list; one element was looked up before the push that moved it.
import { GFP_KERNEL, kfree, krealloc, kmalloc } from 'linux'

class List {
  items = kmalloc(16, GFP_KERNEL)!
  count = 0
  push(value: number) {
    this.items = krealloc(this.items, 16 << this.count, GFP_KERNEL)!
    this.items.write_u32(4 * this.count++, value)
  }
  at(index: number) { return this.items.add(4 * index) }
}
const list = new List()
list.push(1)
const first = list.at(0)
for (let i = 0; i < 3; i++) list.push(i)
first.read_u32(0)
kfree(list.items)

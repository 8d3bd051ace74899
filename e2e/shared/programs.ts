/** Snippets that the specs type. Line numbers in the specs are lines of these texts. */

/** The example of the mailing-list thread: a reference on the page does not keep the object. */
export const SLAB_UAF = `import { kmalloc, kfree, GFP_KERNEL, virt_to_page, page_address } from 'linux'
import { get_page, put_page } from 'linux/mm'
import { pr_info } from 'linux/printk'
const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)
get_page(page)
const b = page_address(page)!.add(Number(a.addr & 0xfffn))
pr_info('the page is referenced')
kfree(a)
b.write_u8(0, 1)
put_page(page)`
export const SLAB_UAF_LINES = { allocated: 4, referenced: 6, printed: 8, freed: 9, used: 10 } as const

/** Nothing is wrong with it. */
export const CLEAN = `import { alloc_page, __free_page, GFP_KERNEL, pr_info } from 'linux'
const page = alloc_page(GFP_KERNEL)!
pr_info('clean')
__free_page(page)`

/** Never ends by itself, and calls nothing. */
export const ENDLESS = `import { pr_info } from 'linux'
pr_info('before')
for (;;) {}`

/** One call that V8 does not interrupt, of an object whose length is small at the first look. */
export const UNSTOPPABLE = `let looks = 0
const liar = { get length() { return looks++ < 1 ? 1 : 2 ** 53 - 1 } }
Array.prototype.indexOf.call(liar, 1)`

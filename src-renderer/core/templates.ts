/** Programs that a new snippet may start from: each runs as it is and has nothing wrong with it. */

export interface Template {
  readonly id: string
  readonly title: string
  readonly line: string
  readonly text: string
}

export const TEMPLATES: readonly Template[] = [
  {
    id: 'page',
    title: 'One page',
    line: 'alloc_page() and who gives it back',
    text: `import { alloc_page, __free_page, GFP_KERNEL, pr_info } from 'linux'

const page = alloc_page(GFP_KERNEL)!
pr_info('one page, and who gives it back')
__free_page(page)
`,
  },
  {
    id: 'slab',
    title: 'A slab object',
    line: 'kmalloc(), write, read, kfree()',
    text: `import { kmalloc, kfree, GFP_KERNEL, pr_info } from 'linux'

const buffer = kmalloc(256, GFP_KERNEL)!
buffer.write_u32(0, 42)
pr_info(\`it holds \${buffer.read_u32(0)}\`)
kfree(buffer)
`,
  },
  {
    id: 'reference',
    title: 'A second reference',
    line: 'get_page() and put_page() beside the owner',
    text: `import { alloc_page, __free_page, GFP_KERNEL } from 'linux'
import { get_page, put_page, page_address } from 'linux/mm'

const page = alloc_page(GFP_KERNEL)!
get_page(page)
page_address(page)!.write_u8(0, 1)
put_page(page)
__free_page(page)
`,
  },
  {
    id: 'vmalloc',
    title: 'Virtually contiguous memory',
    line: 'vmalloc(), its pages and vfree()',
    text: `import { vmalloc, vfree } from 'linux/vmalloc'
import { pr_info } from 'linux/printk'

const area = vmalloc(3 * 4096)!
area.write_u8(2 * 4096, 7)
pr_info(\`the third page holds \${area.read_u8(2 * 4096)}\`)
vfree(area)
`,
  },
]

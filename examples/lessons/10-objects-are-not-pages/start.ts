import { __free_page, GFP_KERNEL, kmalloc, ksize, pr_info, virt_to_page } from 'linux'

const a = kmalloc(100, GFP_KERNEL)!
const b = kmalloc(100, GFP_KERNEL)!
pr_info(`${ksize(a)}`)
pr_info(virt_to_page(a) === virt_to_page(b) ? 'yes' : 'no')

__free_page(virt_to_page(a))

// @era all
// @expect none
//
// The error paths once, by fault injection: a short count or -ENOMEM, and nothing left in the socket's queue.
import { kmalloc, kfree, GFP_KERNEL, PAGE_SIZE, pr_info, __get_free_pages, free_pages, __GFP_COMP } from 'linux'
import { fail_next } from 'sim'
import { siw_0copy_tx } from './siw.ts'
import { tcp_ack } from './tcp.ts'

// A slab object is copied in every era.
const object = kmalloc(2048, GFP_KERNEL)!
object.write_u8(0, 1)
fail_next('alloc_page')
pr_info(`no page for the copy: ${siw_0copy_tx(object, 2048)}`)
fail_next('kmalloc')
pr_info(`no fragment for the copy: ${siw_0copy_tx(object, 2048)}`)
pr_info(`copied: ${siw_0copy_tx(object, 2048)}; ${tcp_ack()}`)
kfree(object)

// Pages go by reference, in the eras in which they have a count.
const pages = __get_free_pages(GFP_KERNEL | __GFP_COMP, 1)!
fail_next('kmalloc')
pr_info(`no fragment: ${siw_0copy_tx(pages, 2 * PAGE_SIZE)}`)
pr_info(`sent: ${siw_0copy_tx(pages, 2 * PAGE_SIZE)}; ${tcp_ack()}`)
free_pages(pages, 1)

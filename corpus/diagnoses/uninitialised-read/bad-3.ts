// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect uninitialised-read 9
//
// Only half of a word was written.
import { GFP_KERNEL, kfree, kmalloc, memset, pr_info } from 'linux'

const table = kmalloc(128, GFP_KERNEL)!
memset(table, 0, 100)
for (let i = 0; i < 128; i += 8) pr_info(`${table.read_u64(i)}`)
kfree(table)

// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// kfree() finds the cache of an object itself.
import { GFP_KERNEL, kfree, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'

const inodes = kmem_cache_create('inodes', 128, 0, 0, null)!
const names = kmem_cache_create('names', 128, 0, 0, null)!
const inode = kmem_cache_alloc(inodes, GFP_KERNEL)!
const name = kmem_cache_alloc(names, GFP_KERNEL)!
kfree(inode)
kmem_cache_free(names, name)
kmem_cache_destroy(inodes)
kmem_cache_destroy(names)
